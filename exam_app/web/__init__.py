"""Middleware of every request: authentication, login limits, error handlers, metrics."""
