"""The figures of the Jira benchmark, and how they are printed."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.jira_clients import Client, Ours, Replay, Returned, TapJira
from benchmarks.jira_run import Run

AIMS = {("replay", 100): 0.8, ("tap-jira", 100): 8.0, ("tap-jira", 0): 1.0}
"""How many times a client's issues a second, at so many milliseconds."""


@dataclass(slots=True)
class Figures:
    """What was measured: runs by client and latency, what each client gave, which clients failed and why."""

    totals: dict[str, int] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    runs: dict[tuple[str, int], list[Run]] = field(default_factory=dict)
    returned: dict[str, Returned | None] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def add(self, client: Client, latency: int, run: Run) -> None:
        """One more run; what it gave is counted the first time."""
        self.clients[client.key] = client
        self.runs.setdefault((client.key, latency), []).append(run)
        if client.key not in self.returned:
            self.returned[client.key] = client.returned(run)

    def best(self, client: Client | type[Client], latency: int) -> Run | None:
        """The quickest run."""
        return min(self.runs.get((client.key, latency), ()), key=lambda run: run.seconds, default=None)

    def latencies(self) -> list[int]:
        """The latencies measured."""
        return sorted({latency for _, latency in self.runs})

    def ratio(self, other: type[Client], latency: int) -> float | None:
        """How many times as many issues a second the connector gives."""
        ours, theirs = self.best(Ours, latency), self.best(other, latency)
        return theirs.seconds / ours.seconds if ours and theirs else None


def print_tables(figures: Figures, repeat: int) -> None:
    """The figures as Markdown: a row a client, a pair of columns a latency; then what each gave."""
    totals, latencies = figures.totals, figures.latencies()
    counted = ", ".join(f"{number:,} {name}" for name, number in totals.items())
    print(f"{counted}; seconds and issues a second at each latency, best of {repeat}\n")
    print(
        "| | " + " | ".join(f"{latency} ms" for latency in latencies) + " | peak MB | changelog | worklogs |"
    )
    print("|---|" + "---|" * (len(latencies) + 3))
    for key, client in figures.clients.items():
        cells = [_speed(figures, client, latency) for latency in latencies]
        peak = max(
            (run.megabytes for (one, _), runs in figures.runs.items() if one == key for run in runs),
            default=0,
        )
        print("| " + " | ".join([client.name, *cells, f"{peak:.0f}", *_shares(figures, key)]) + " |")
    print()
    for key, client in figures.clients.items():
        if key in figures.failed:
            print(f"{client.name}: {figures.failed[key]}")
        elif client.note:
            print(f"{client.name}: {client.note}.")


def print_ratios(figures: Figures) -> None:
    """The connector beside the replay and beside tap-jira, with the aims."""
    for latency in figures.latencies():
        told = []
        for other in (Replay, TapJira):
            ratio, aim = figures.ratio(other, latency), AIMS.get((other.key, latency))
            if ratio is not None:
                told.append(f"{ratio:.2f} times {other.key}'s rate" + (f" (aim: {aim:g})" if aim else ""))
        print(f"At {latency} ms: {', '.join(told)}.")


def print_growth(figures: Figures, issues: int, run: Run) -> None:
    """Peak memory of the connector with the issues, and with more of them."""
    ours = [one for (key, _), runs in figures.runs.items() if key == Ours.key for one in runs]
    before = max(one.megabytes for one in ours)
    print(
        f"Peak memory of the connector: {before:.0f} MB with {figures.totals['issues']:,} issues, "
        f"{run.megabytes:.0f} MB with {issues:,}."
    )


def _speed(figures: Figures, client: Client, latency: int) -> str:
    run = figures.best(client, latency)
    return f"{run.seconds:.1f} s, {figures.totals['issues'] / run.seconds:,.0f}/s" if run else "–"


def _shares(figures: Figures, key: str) -> list[str]:
    """How much of the changelog and of the worklogs a client gave; issues too where some are missing."""
    returned = figures.returned.get(key)
    if returned is None:
        return ["–", "–"]
    missing = figures.totals["issues"] - len(returned.issues)
    parts = (("changes", returned.changes), ("worklogs", returned.worklogs))
    shares = [f"{100 * len(found) / figures.totals[name]:.4g} %" for name, found in parts]
    return [shares[0] + (f", {missing:,} issues missing" if missing else ""), shares[1]]
