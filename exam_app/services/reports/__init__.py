"""The session report and tables of results."""
