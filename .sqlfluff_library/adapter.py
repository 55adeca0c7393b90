"""dbt's adapter as sqlfluff sees it."""

from collections.abc import Callable


def dispatch(name: str, package: str = "") -> Callable[..., str]:  # noqa: ARG001
    """A dispatched macro is a call of its own name."""
    return lambda *arguments: f"{name}({', '.join(map(str, arguments))})"


def quote(name: str) -> str:
    """A quoted name."""
    return f'"{name}"'
