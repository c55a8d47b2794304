"""Saving a response: judge it, write it once, resolve conflicts, keep what came late for review."""
