"""RQ jobs and the clock: each only calls a service. Jobs take nothing but ids and may run twice."""
