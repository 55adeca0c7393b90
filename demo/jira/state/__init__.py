"""The state of the demo's Jira and what people do to it; one module for each kind of thing that changes."""
