"""Sends messages by mail, to Slack and Teams, into a folder; each way alone, and none knows what a pack is."""
