-- The ledger's own amounts, from the rows as received; only their project and periods come from the models.
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

posted as (

    select
        'invoices' as source_object,
        invoice_no || '/' || line_no as source_id,
        posted_on,
        case invoice_type when 'credit' then -1 else 1 end * coalesce(functional_amount, amount) as amount,
        functional_amount is not null as has_functional_amount,
        currency
    from {{ ref('stg_ledger__invoices') }}
    union all
    select
        'postings',
        posting_id,
        posted_on,
        coalesce(functional_amount, amount),
        functional_amount is not null,
        currency
    from {{ ref('stg_ledger__postings') }}

)

select
    posted.source_object,
    posted.source_id,
    posted.posted_on,
    coalesce(lines.project_code, 'unmapped') as project_code,
    lines.period_no,
    lines.charge_period_no,
    lines.ledger_line_sk is null as is_missing_in_marts,
    lines.amount_tx,
    posted.currency,
    case
        when posted.has_functional_amount or posted.currency = parameters.reporting_currency
            then {{ to_cents('posted.amount') }}
        else lines.amount_booked
    end as ledger_amount,
    lines.source_path,
    lines.source_sheet,
    lines.source_place
from posted
cross join parameters
left join {{ ref('int_ledger_lines') }} as lines
    on posted.source_object = lines.source_object
    and posted.source_id = lines.source_id
where posted.posted_on <= parameters.as_of
