"""Documents of issues: all their fields as the demo's state has them."""

from __future__ import annotations

from typing import Any

from demo.jira.documents.history import INLINE_WORKLOGS, HistoryWriter
from demo.jira.model import Document, Issue

EXPAND = "operations,versionedRepresentations,editmeta,changelog,renderedFields"


class IssueWriter(HistoryWriter):
    """Writes an issue's fields."""

    def field_values(self, issue: Issue) -> Document:
        """Field id -> value, in Jira's manner."""
        return {
            **self._workflow(issue),
            **self._people(issue),
            **self._planning(issue),
            **self._time_tracking(issue),
            "issuelinks": self._links(issue),
            "subtasks": [self._short(child) for child in self.site.children_of(issue)],
            "worklog": self.page_of_work(issue, 0, INLINE_WORKLOGS),
            "comment": self._comments(issue),
            **self._custom(issue),
        }

    def _workflow(self, issue: Issue) -> Document:
        site, project = self.site, self.site.project(issue.project)
        return {
            "statuscategorychangedate": self.moment(issue.resolved or issue.created),
            "issuetype": self.named_as("issuetype", site.issue_types, issue.type),
            "project": self.project_in_issue(project) if project else None,
            "status": self.status(site.status_of(issue)),
            "resolution": self.named_as("resolution", site.resolutions, issue.resolution),
            "resolutiondate": self.moment(issue.resolved),
            "priority": self.named_as("priority", site.priorities, issue.priority),
            "created": self.moment(issue.created),
            "updated": self.moment(issue.updated),
            "security": {"id": "10000", "name": issue.security, "description": ""}
            if issue.security
            else None,
        }

    def _people(self, issue: Issue) -> Document:
        return {
            "assignee": self.user(issue.assignee),
            "reporter": self.user(issue.reporter),
            "creator": self.user(issue.reporter),
        }

    def _planning(self, issue: Issue) -> Document:
        parent = self.site.issue(issue.parent) if issue.parent else None
        # Data Center has an epic in its own field; only a sub-task has a parent there.
        parent = None if parent and not self.is_cloud and parent.type == "Epic" else parent
        site = self.site
        return {
            **({"parent": self._short(parent)} if parent else {}),
            "summary": issue.summary,
            "description": self.prose(issue.description),
            "environment": None,
            "duedate": issue.due.isoformat() if issue.due else None,
            "labels": issue.labels,
            "components": [self.component_document(site.components[one]) for one in issue.components],
            "fixVersions": [self.version_document(site.versions[one]) for one in issue.fix_versions],
            "versions": [self.version_document(site.versions[one]) for one in issue.affects_versions],
        }

    def _time_tracking(self, issue: Issue) -> Document:
        spent = sum(log.seconds for log in self.site.work_on(issue)) or None
        return {
            "timespent": spent,
            "timeestimate": issue.remaining,
            "timeoriginalestimate": issue.estimate,
            "workratio": -1 if not issue.estimate else round(100 * (spent or 0) / issue.estimate),
        }

    def _links(self, issue: Issue) -> list[Document]:
        found = list(issue.recorded.links) if issue.recorded else []
        for link in self.site.links_of(issue):
            kind = self.named_as("issueLinkType", self.site.link_types, link.type)
            end, other = (
                ("outwardIssue", link.target) if link.source == issue.id else ("inwardIssue", link.source)
            )
            if other in self.site.issues:
                short = self._short(self.site.issues[other])
                found.append(
                    {"id": str(link.id), "self": self.link(f"issueLink/{link.id}"), "type": kind, end: short}
                )
        return found

    def _comments(self, issue: Issue) -> Document:
        comments = self.site.comments_on(issue)
        return self.page_of_comments(issue, 0, min(len(comments), 100 if self.is_cloud else len(comments)))

    def _custom(self, issue: Issue) -> Document:
        option = {"self": self.link("customFieldOption/10019"), "value": "Impediment", "id": "10019"}
        parent = self.site.issue(issue.parent) if issue.parent else None
        values: dict[str, Any] = {
            "points": issue.points,
            "classic_points": None,
            "sprint": self.sprints_field(issue.sprints),
            "flagged": [option] if issue.flagged else None,
            "start": issue.start.isoformat() if issue.start else None,
            "epic": parent.key if parent and parent.type == "Epic" else None,
            "rank": f"0|i{issue.id:05d}:",
        }
        known = {identity: values[role] for role in values if (identity := self.role(role))}
        added = {field.id: issue.custom.get(field.id) for field in self.site.more_fields}
        return {**known, **added, **issue.custom}

    def _short(self, issue: Issue) -> Document:
        fields = {
            "summary": issue.summary,
            "status": self.status(self.site.status_of(issue)),
            "priority": self.named_as("priority", self.site.priorities, issue.priority),
            "issuetype": self.named_as("issuetype", self.site.issue_types, issue.type),
        }
        return {
            "id": str(issue.id),
            "key": issue.key,
            "self": self.link(f"issue/{issue.id}"),
            "fields": fields,
        }
