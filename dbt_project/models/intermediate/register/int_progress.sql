{{ register_rows(
    'stg_register__progress',
    ['reported_on', 'percent_complete', 'wbs', 'technique'],
    dated_on='received.reported_on'
) }}
