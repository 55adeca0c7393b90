{{ register_rows(
    'stg_register__demand',
    ['skill', 'hours'],
    by_period=true
) }}
