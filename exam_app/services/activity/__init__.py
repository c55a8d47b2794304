"""The append-only activity log, the audit log, and reading the log as it grows."""
