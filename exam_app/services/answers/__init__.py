"""Saving a response: judge it, write it once, resolve conflicts, store late answers for review."""
