"""Tempo Timesheets on Jira Cloud, by its REST API v4: worklogs and their approvals as rows of `timesheet_entries`.

client    requests and pages; nothing but GET, one at a time, five a second
reading   what is asked: all worklogs of a span of days, the approvals of the periods they lie in
records   worklogs and approvals as rows
"""
