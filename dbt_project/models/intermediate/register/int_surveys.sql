{{ register_rows(
    'stg_register__surveys',
    ['responded_on', 'kind', 'score', 'invited'],
    dated_on='received.responded_on'
) }}
