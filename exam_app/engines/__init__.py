"""Embedded PostgreSQL and Valkey from wheels, for a machine without them."""
