"""Reopening: a closed attempt goes on with its answers, by decision or by time granted late."""
