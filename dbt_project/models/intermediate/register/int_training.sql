{{ register_rows(
    'stg_register__training',
    ['invited', 'completed'],
    by_period=true
) }}
