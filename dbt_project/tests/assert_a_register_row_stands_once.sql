-- Of equal keys in the register one row stands, also where a part of the key is blank.
{% set keys = {
    'progress': 'project, reported_on, wbs',
    'milestones': 'project, milestone, reported_on',
    'dependencies': 'dependency, reported_on',
    'risks': 'project, risk, reported_on',
    'prerequisites': 'project, prerequisite, gate',
    'objectives': 'objective, scoring_version',
    'alignment': 'project, objective, scoring_version',
    'priorities': 'project, scoring_version',
    'benefits': 'project, benefit, period',
    'adoption': 'project, period',
    'capacity': 'person, period',
    'skills': 'person, skill',
    'demand': 'project, skill, period',
    'training': 'project, period',
    'actions': 'project, action',
    'decisions': 'project, decision',
    'initiatives': 'initiative, stage'
} %}
{% for table, key in keys.items() -%}
select '{{ table }}' as register_table, min(source_path) as source_path, min(source_place) as source_place
from {{ ref('stg_register__' ~ table) }}
group by {{ key }}
having count(*) > 1
{% if not loop.last %}union all
{% endif -%}
{% endfor %}
