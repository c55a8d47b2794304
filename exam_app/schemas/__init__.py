"""The wire format. A student's and a teacher's view are different classes."""
