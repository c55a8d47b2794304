"""Measurements, each with its floor from the same run. `make bench` prints the table."""
