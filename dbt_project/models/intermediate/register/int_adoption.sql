{{ register_rows(
    'stg_register__adoption',
    ['active_users', 'target_users', 'core_feature_users'],
    by_period=true
) }}
