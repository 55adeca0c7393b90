{{ register_rows(
    'stg_register__priorities',
    ['scoring_version', 'business_value', 'time_criticality', 'risk_reduction', 'job_size']
) }}
