"""Statistics of a test from its attempts: figures in, figures and remarks out. No I/O.

Formulas, meanings, sources and thresholds are in docs/statistics.md. What is undefined (a single attempt, no
variance) is ``None``: never NaN, never an exception. The modules that compute need numpy, which a process
loads only for them; the names and thresholds in `labels` and `remarks` do not.
"""
