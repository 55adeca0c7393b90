"""Flow counted again with pandas, from issue documents as Jira gives them. The product is not asked for anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

Document = Mapping[str, Any]

TIMEZONE = "Europe/Paris"
PERCENTS = (50, 85, 95)


def frame_of(documents: Iterable[Document], categories: Mapping[str, str] | None = None) -> pd.DataFrame:
    """One row per standard issue. `categories` are those of statuses by id, else each document's own count."""
    rows = [
        {
            "issue_id": one["id"],
            "team": fields["project"]["key"],
            "created": fields["created"],
            "resolved": fields.get("resolutiondate"),
            "status": fields["status"]["id"],
            "category": (categories or {}).get(
                fields["status"]["id"], fields["status"]["statusCategory"]["key"]
            ),
        }
        for one in documents
        if not (fields := one["fields"])["issuetype"].get("subtask") and fields["issuetype"]["name"] != "Epic"
    ]
    frame = pd.DataFrame(rows)
    for column in ("created", "resolved"):
        frame[column] = pd.to_datetime(frame[column], utc=True, format="ISO8601")
    return frame


def months(moments: pd.Series[Any]) -> pd.Series[Any]:
    """The month of each moment in the organisation's timezone, as the calendar labels it."""
    return moments.dt.tz_convert(TIMEZONE).dt.strftime("%Y-%m")


def flow_without_histories(issues: pd.DataFrame) -> pd.DataFrame:
    """Created, finished, lead times and work in progress by team and month, where nothing is known but dates.

    What is in progress has been since its creation, for all that anybody knows.
    """
    done = issues[(issues["category"] == "done") & issues["resolved"].notna()].copy()
    done["days"] = (done["resolved"] - done["created"]) / pd.Timedelta(days=1)
    by_finish = done.groupby(["team", months(done["resolved"]).rename("period")])["days"]
    counted = {
        "created_issues": issues.groupby(["team", months(issues["created"]).rename("period")]).size(),
        "throughput": by_finish.size(),
        **{f"lead_time_p{each}_days": by_finish.quantile(each / 100) for each in PERCENTS},
    }
    started = issues[issues["category"] == "indeterminate"]
    counted["started_issues"] = started.groupby(["team", months(started["created"]).rename("period")]).size()
    return pd.DataFrame(counted)


def starts_and_finishes(
    issues: pd.DataFrame, steps: pd.DataFrame, categories: Mapping[str, str]
) -> pd.DataFrame:
    """First entry to a status in progress, and last entry to done, by issue.

    `steps` are the changes of statuses: issue_id, at, from, to, in the order in which they happened.
    """
    steps = steps[steps["issue_id"].isin(issues["issue_id"])]
    first = steps.groupby("issue_id", as_index=False).first()[["issue_id", "from"]]
    begun = issues.merge(first, on="issue_id", how="left")
    begun["to"] = begun["from"].fillna(begun["status"])
    entered = pd.concat([begun.rename(columns={"created": "at"})[["issue_id", "at", "to"]], steps])
    entered["category"] = entered["to"].map(categories).fillna("unknown")
    entered["before"] = entered.groupby("issue_id")["category"].shift()
    started = entered[entered["category"] == "indeterminate"].groupby("issue_id")["at"].first()
    entries = entered[
        (entered["category"] == "done") & entered["before"].notna() & (entered["before"] != "done")
    ]
    found = issues.set_index("issue_id").assign(
        started=started, entered=entries.groupby("issue_id")["at"].last()
    )
    found["finished"] = found["entered"].fillna(found["resolved"]).where(found["category"] == "done")
    return found
