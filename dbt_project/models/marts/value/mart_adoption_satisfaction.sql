{% set kinds = ['nps', 'csat'] %}
with adoption as (

    select
        project_code,
        period,
        sum(active_users) as active_users,
        sum(target_users) as target_users,
        case when count(*) = count(core_feature_users) then sum(core_feature_users) end as core_feature_users
    from {{ ref('fct_adoption') }}
    where period is not null
    group by
        project_code,
        period

),

-- One number of invited per kind and period; two of them are two rounds, and no answer says which is its own.
rounds as (

    select
        project_code,
        period,
        kind,
        count(*) as answers,
        sum(case when answer in ('promoter', 'satisfied') then 1 else 0 end) as good,
        sum(case when answer = 'detractor' then 1 else 0 end) as detractors,
        case when count(distinct invited) = 1 then max(invited) end as invited,
        case
            when count(invited) = 0 then 'not_supplied'
            when count(distinct invited) > 1 then 'several_rounds'
            when max(invited) = 0 or max(invited) < count(*) then 'more_answers_than_invited'
        end as invited_null_reason
    from {{ ref('fct_survey_response') }}
    where period is not null
    group by
        project_code,
        period,
        kind

),

surveys as (

    select
        project_code,
        period,
        sum(answers) as answers,
        case when count(invited_null_reason) = 0 then sum(invited) end as invited,
        min(invited_null_reason) as invited_null_reason,
        {% for kind in kinds -%}
        sum(case when kind = '{{ kind }}' then answers else 0 end) as {{ kind }}_n,
        sum(case when kind = '{{ kind }}' then good else 0 end) as {{ kind }}_good,
        sum(case when kind = '{{ kind }}' then detractors else 0 end) as {{ kind }}_detractors,
        sum(case when kind = '{{ kind }}' then invited end) as {{ kind }}_invited,
        max(case when kind = '{{ kind }}' then invited_null_reason end) as {{ kind }}_invited_null_reason{% if not loop.last %},{% endif %}
        {% endfor %}
    from rounds
    group by
        project_code,
        period

),

training as (

    select
        training.project_code,
        training.period,
        sum(training.invited) as invited,
        sum(training.completed) as completed
    from {{ ref('int_training') }} as training
    cross join {{ ref('stg_control__run_parameters') }} as parameters
    where training.period_start_on <= parameters.as_of
    group by
        training.project_code,
        training.period

),

grid as (

    select project_code, period from adoption
    union
    select project_code, period from surveys
    union
    select project_code, period from training

),

reasoned as (

    select
        grid.*,
        adoption.active_users,
        adoption.target_users,
        adoption.core_feature_users,
        case when adoption.period is null then 'not_supplied' end as users_null_reason,
        case
            when adoption.period is null then 'not_supplied'
            when adoption.target_users = 0 then 'no_target'
        end as adoption_null_reason,
        case
            when adoption.period is null or adoption.core_feature_users is null then 'not_supplied'
            when adoption.active_users = 0 then 'no_active_users'
        end as adoption_depth_null_reason,
        coalesce(surveys.answers, 0) as n,
        surveys.invited,
        case when surveys.period is null then 'no_answers' else surveys.invited_null_reason end as response_rate_null_reason,
        {% for kind in kinds -%}
        coalesce(surveys.{{ kind }}_n, 0) as {{ kind }}_n,
        surveys.{{ kind }}_good,
        surveys.{{ kind }}_detractors,
        surveys.{{ kind }}_invited,
        case when coalesce(surveys.{{ kind }}_n, 0) = 0 then 'no_answers' end as {{ kind }}_null_reason,
        case
            when coalesce(surveys.{{ kind }}_n, 0) = 0 then 'no_answers'
            else surveys.{{ kind }}_invited_null_reason
        end as {{ kind }}_response_rate_null_reason,
        {% endfor %}
        training.invited as training_invited,
        training.completed as training_completed,
        case when training.period is null then 'not_supplied' end as training_null_reason,
        case
            when training.period is null then 'not_supplied'
            when training.invited = 0 then 'nobody_invited'
        end as training_completion_rate_null_reason
    from grid
    left join adoption
        on grid.project_code = adoption.project_code
        and grid.period = adoption.period
    left join surveys
        on grid.project_code = surveys.project_code
        and grid.period = surveys.period
    left join training
        on grid.project_code = training.project_code
        and grid.period = training.period

)

select
    {{ surrogate_key(['reasoned.project_code', 'reasoned.period']) }} as adoption_satisfaction_sk,
    projects.project_sk,
    reasoned.project_code,
    projects.project_name,
    reasoned.period,
    periods.end_on as period_end_on,
    periods.end_on > parameters.as_of as is_partial_period,
    parameters.as_of,
    cast(reasoned.active_users as decimal(18, 4)) as active_users,
    cast(reasoned.target_users as decimal(18, 4)) as target_users,
    cast(reasoned.core_feature_users as decimal(18, 4)) as core_feature_users,
    reasoned.users_null_reason,
    case
        when reasoned.adoption_null_reason is null
            then cast(reasoned.active_users / reasoned.target_users as decimal(28, 10))
    end as adoption,
    reasoned.adoption_null_reason,
    case
        when reasoned.adoption_depth_null_reason is null
            then cast(reasoned.core_feature_users / reasoned.active_users as decimal(28, 10))
    end as adoption_depth,
    reasoned.adoption_depth_null_reason,
    cast(reasoned.n as bigint) as n,
    cast(reasoned.invited as decimal(18, 4)) as invited,
    case
        when reasoned.response_rate_null_reason is null then cast(reasoned.n / reasoned.invited as decimal(28, 10))
    end as response_rate,
    reasoned.response_rate_null_reason,
    case
        when reasoned.nps_null_reason is null
            then cast(
                100.0 * (reasoned.nps_good - reasoned.nps_detractors) / reasoned.nps_n as decimal(28, 10)
            )
    end as nps,
    reasoned.nps_null_reason,
    case
        when reasoned.csat_null_reason is null then cast(1.0 * reasoned.csat_good / reasoned.csat_n as decimal(28, 10))
    end as csat,
    reasoned.csat_null_reason,
    {% for kind in kinds -%}
    cast(reasoned.{{ kind }}_n as bigint) as {{ kind }}_n,
    case
        when reasoned.{{ kind }}_response_rate_null_reason is null
            then cast(reasoned.{{ kind }}_n / reasoned.{{ kind }}_invited as decimal(28, 10))
    end as {{ kind }}_response_rate,
    reasoned.{{ kind }}_response_rate_null_reason,
    {% endfor -%}
    cast(reasoned.training_invited as decimal(18, 4)) as training_invited,
    cast(reasoned.training_completed as decimal(18, 4)) as training_completed,
    reasoned.training_null_reason,
    case
        when reasoned.training_completion_rate_null_reason is null
            then cast(reasoned.training_completed / reasoned.training_invited as decimal(28, 10))
    end as training_completion_rate,
    reasoned.training_completion_rate_null_reason
from reasoned
cross join {{ ref('stg_control__run_parameters') }} as parameters
inner join {{ ref('int_fiscal_periods') }} as periods
    on reasoned.period = periods.period
inner join {{ ref('dim_project') }} as projects
    on reasoned.project_code = projects.project_code
    and projects.is_current
