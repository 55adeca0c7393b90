"""A Tempo on this machine that speaks the REST API v4: worklogs, periods, approvals."""
