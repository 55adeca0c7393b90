"""What Jira's JSON means: for each table, where in a record every column stands. No request is made here.

    catalogue   fields, statuses, priorities, resolutions, issue types, link types
    directory   projects, users, versions, components
    boards      boards with their configuration, sprints
    issues      issues, with the site's own fields as `site_fields` finds them
    history     one row for every field that a change of an issue touched
    worklogs    worklogs, and what the feed of deleted ones says of them
    control     rows that the connector makes itself: availability of issues, census of projects

Each module has a `Shape` a table; `connectors.jira.rows` collects records of a shape into an extract.
"""
