"""Attempts and results as students and staff see them, and the release of results."""
