"""The wire format, by its own names. A student's and a teacher's view are different classes."""
