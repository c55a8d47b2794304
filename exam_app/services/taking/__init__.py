"""The student's side of an attempt: join, state, progress, submit, reconnect."""
