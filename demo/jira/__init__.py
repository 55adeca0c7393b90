"""A small Jira that speaks the real API over HTTP on loopback, with the demo company's issues and worklogs in it."""
