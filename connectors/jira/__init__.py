"""Jira, Cloud and Data Center: issues, projects, users and worklogs as rows of `raw_jira`.

    site ─▶ client (the jira library, http: retry) ─▶ paging over endpoints ─▶ records ─▶ rows ─▶ extract

Run standalone: `python -m connectors.jira --site https://acme.atlassian.net --email pmo@acme.example`.
"""
