{{ register_rows(
    'stg_register__actions',
    ['action', 'owner', 'due_on', 'done_on'],
    done_on=['done_on']
) }}
