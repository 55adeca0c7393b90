"""dbt's own macros as sqlfluff sees them: only their shape matters to a linter."""


def type_string() -> str:
    """A type."""
    return "varchar"


def dateadd(datepart: str, interval: object, from_date_or_timestamp: str) -> str:
    """A call."""
    return f"date_add('{datepart}', {interval}, {from_date_or_timestamp})"


def datediff(first_date: str, second_date: str, datepart: str) -> str:
    """A call."""
    return f"date_diff('{datepart}', {first_date}, {second_date})"
