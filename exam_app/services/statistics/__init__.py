"""Item analysis, and statistics over attempts."""
