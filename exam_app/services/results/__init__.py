"""Attempts and results as people read them, and the release of results."""
