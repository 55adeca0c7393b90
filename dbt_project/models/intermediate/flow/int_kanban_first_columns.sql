-- Statuses from which a kanban board's work has yet to be pulled: those in the first column of every kanban board of the
-- project that shows them. A board of one column has no start.
with board_columns as (

    select
        columns_of_boards.site,
        boards.project_key,
        columns_of_boards.board_id,
        columns_of_boards.status_id,
        columns_of_boards.position,
        min(columns_of_boards.position) over (
            partition by columns_of_boards.site, columns_of_boards.board_id
        ) as first_position,
        max(columns_of_boards.position) over (
            partition by columns_of_boards.site, columns_of_boards.board_id
        ) as last_position
    from {{ ref('stg_jira__board_columns') }} as columns_of_boards
    inner join {{ ref('stg_jira__boards') }} as boards
        on columns_of_boards.site = boards.site
        and columns_of_boards.board_id = boards.board_id
    where boards.board_type = 'kanban' and boards.project_key is not null

)

select
    site,
    project_key,
    status_id
from board_columns
group by
    site,
    project_key,
    status_id
having min(case when position = first_position and first_position < last_position then 1 else 0 end) = 1
