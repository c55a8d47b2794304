"""Notifications: their kinds, the templates for each in several languages, and rendering."""
