"""Planning an exam session, running it, and its dashboard."""
