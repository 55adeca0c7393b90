-- How long an initiative stayed in each stage: until it entered the next one. Stages of one day follow their order.
with entered as (

    select
        *,
        case stage
            when 'idea' then 1
            when 'proof_of_concept' then 2
            when 'pilot' then 3
            when 'industrialised' then 4
            else 5
        end as stage_no
    from {{ ref('int_initiatives') }}

)

select
    initiative,
    stage,
    stage_no,
    project_code,
    entered_on,
    lead(entered_on) over (partition by initiative order by entered_on, stage_no) as left_on,
    lead(stage) over (partition by initiative order by entered_on, stage_no) as next_stage,
    source_path,
    source_sheet,
    source_place
from entered
