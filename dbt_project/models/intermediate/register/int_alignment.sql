{{ register_rows(
    'stg_register__alignment',
    ['objective', 'score', 'scoring_version']
) }}
