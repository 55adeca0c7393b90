with current_rows as (

    {{ current_rows('raw_jira', 'boards', key=['site', 'board_id']) }}

),

columns_of_boards as (

    select
        current_rows.site,
        current_rows.board_id,
        cast({{ json_member('board_column.member', 'position') }} as integer) as position,
        {{ json_member('board_column.member', 'name') }} as name,
        {{ json_member('board_column.member', 'statuses') }} as statuses
    from current_rows
    cross join lateral {{ unnest_json('current_rows.columns') }} as board_column (member)

)

select
    columns_of_boards.site,
    columns_of_boards.board_id,
    columns_of_boards.position,
    columns_of_boards.name,
    column_status.member as status_id
from columns_of_boards
cross join lateral {{ unnest_json('columns_of_boards.statuses') }} as column_status (member)
