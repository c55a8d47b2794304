"""The state of the installation, and the consistency of its data."""
