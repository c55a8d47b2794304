"""Integrity rules: evidence with figures for a proctor to review, never a verdict."""
