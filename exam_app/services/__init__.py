"""Use cases: verbs of the field, one transaction each, committed once at the end.

A service never sees a request, a schema or a socket. It takes the actor and `now` as arguments, returns
models or plain values, and raises the refusals of `exam_app.errors`.
"""
