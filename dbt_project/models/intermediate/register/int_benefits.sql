{{ register_rows(
    'stg_register__benefits',
    ['benefit', 'planned', 'realised', 'currency', 'is_validated', 'benefit_class', 'measure'],
    by_period=true
) }}
