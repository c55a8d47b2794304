"""Deadlines and everything that moves them: accommodations, extensions, pauses, outages."""
