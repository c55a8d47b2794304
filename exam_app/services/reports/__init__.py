"""What a school files: the session report and tables of results."""
