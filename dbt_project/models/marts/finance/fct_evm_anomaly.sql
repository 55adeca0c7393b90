-- What earned value figures should not look like: the list of the GAO's cost guide, without its swings, and more of the kind.
{% set anomalies = [
    ('negative_bac', 'bac', '0', 'bac < 0'),
    ('negative_pv', 'pv', '0', 'pv < 0'),
    ('negative_ev', 'ev', '0', 'ev < 0'),
    ('negative_ac', 'ac', '0', 'ac < 0'),
    ('negative_eac', 'eac_pm', '0', 'eac_pm < 0'),
    ('eac_below_ac', 'eac_pm', 'ac', 'eac_pm < ac'),
    ('ev_above_bac', 'ev', 'bac', 'ev > bac'),
    ('ev_falling', 'ev', 'previous_ev', 'ev < previous_ev and baseline_version_no = previous_version_no'),
    ('ev_without_ac', 'ev', 'ac', 'ev > 0 and ac = 0'),
    ('ev_without_pv', 'ev', 'pv', 'ev > 0 and pv = 0'),
    ('ac_without_ev', 'ac', 'ev', "ac > 0 and (ev = 0 or ev_null_reason = 'no_progress')"),
] %}
with rows_of_projects as (

    select
        *,
        lag(ev) over (partition by project_code, "view" order by period_end_on) as previous_ev,
        lag(baseline_version_no) over (partition by project_code, "view" order by period_end_on) as previous_version_no
    from {{ ref('mart_evm_period') }}

),

found as (

    {% for anomaly, amount, compared, condition in anomalies -%}
    select
        project_sk, project_code, project_name, period, period_end_on, is_partial_period, "view", currency, as_of,
        '{{ anomaly }}' as anomaly,
        cast({{ amount }} as decimal(18, 2)) as amount,
        cast({{ compared }} as decimal(18, 2)) as compared_amount
    from rows_of_projects
    where {{ condition }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    {{ surrogate_key(['project_code', 'period', '"view"', 'anomaly']) }} as evm_anomaly_sk,
    project_sk,
    project_code,
    project_name,
    period,
    period_end_on,
    is_partial_period,
    "view",
    anomaly,
    amount,
    compared_amount,
    currency,
    as_of
from found
