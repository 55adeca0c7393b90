{{ register_rows(
    'stg_register__initiatives',
    ['initiative', 'stage', 'entered_on'],
    dated_on='received.entered_on'
) }}
