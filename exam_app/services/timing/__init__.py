"""Deadlines and everything that changes them: accommodations, extensions, pauses, outages."""
