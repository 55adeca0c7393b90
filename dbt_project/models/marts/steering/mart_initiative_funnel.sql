with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

stays as (

    select * from {{ ref('int_initiative_stays') }}

),

stages as (

    select 1 as stage_no, 'idea' as stage
    {% for stage in ['proof_of_concept', 'pilot', 'industrialised', 'stopped'] -%}
    union all
    select {{ loop.index + 1 }}, '{{ stage }}'
    {% endfor %}
),

periods as (

    select
        periods.*,
        least(periods.end_on, parameters.as_of) as cut_off_on,
        periods.end_on > parameters.as_of as is_partial_period
    from {{ ref('int_fiscal_periods') }} as periods
    cross join parameters
    inner join (select min(entered_on) as first_on from stays) as firsts
        on periods.end_on >= firsts.first_on
        and periods.start_on <= parameters.as_of

),

counted as (

    select
        stages.stage_no,
        stages.stage,
        periods.period,
        periods.end_on as period_end_on,
        periods.is_partial_period,
        {% set left_in_period = 'stays.left_on between periods.start_on and periods.cut_off_on' %}
        {% set stands = 'stays.entered_on <= periods.cut_off_on and (stays.left_on is null or stays.left_on > periods.cut_off_on)' %}
        count(case when stays.entered_on between periods.start_on and periods.cut_off_on then 1 end) as entered,
        count(case when {{ stands }} then 1 end) as in_stage,
        count(case when {{ left_in_period }} and stays.next_stage <> 'stopped' then 1 end) as moved_on,
        count(case when {{ left_in_period }} and stays.next_stage = 'stopped' then 1 end) as stopped,
        sum(case when {{ left_in_period }} then {{ dbt.datediff('stays.entered_on', 'stays.left_on', 'day') }} end)
            as days_in_stage_total,
        sum(case when {{ stands }} then {{ dbt.datediff('stays.entered_on', 'periods.cut_off_on', 'day') }} end) as age_days_total
    from stages
    cross join periods
    left join stays
        on stages.stage = stays.stage
        and stays.entered_on <= periods.cut_off_on
    group by stages.stage_no, stages.stage, periods.period, periods.end_on, periods.is_partial_period

)

select
    {{ surrogate_key(['counted.stage', 'counted.period']) }} as initiative_funnel_sk,
    counted.stage,
    counted.stage_no,
    counted.period,
    counted.period_end_on,
    counted.is_partial_period,
    counted.entered,
    counted.in_stage,
    counted.moved_on,
    counted.stopped,
    case
        when counted.moved_on + counted.stopped > 0
            then cast(counted.days_in_stage_total / (counted.moved_on + counted.stopped) as decimal(28, 10))
    end as days_in_stage,
    case when counted.moved_on + counted.stopped = 0 then 'nothing_left' end as days_in_stage_null_reason,
    cast(coalesce(counted.days_in_stage_total, 0) as bigint) as days_in_stage_total,
    case when counted.in_stage > 0 then cast(counted.age_days_total / counted.in_stage as decimal(28, 10)) end as age_days,
    case when counted.in_stage = 0 then 'nothing_in_stage' end as age_days_null_reason,
    cast(coalesce(counted.age_days_total, 0) as bigint) as age_days_total,
    parameters.as_of
from counted
cross join parameters
