{{ register_rows(
    'stg_register__prerequisites',
    ['prerequisite', 'gate', 'kind', 'due_on', 'satisfied_on', 'waived_until', 'waived_by', 'evidence'],
    done_on=['satisfied_on']
) }}
