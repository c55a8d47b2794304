"""Notifications: their recipients, channels and texts, and the mail outbox."""
