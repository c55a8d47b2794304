"""RQ jobs and the clock: thin, each calls a service. Jobs take ids at most and may run twice."""
