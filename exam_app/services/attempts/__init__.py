"""The life of one attempt: start, pause, close, reset."""
