"""Item analysis, and what attempts say as a whole."""
