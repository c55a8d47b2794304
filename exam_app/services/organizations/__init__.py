"""Members of an organization, its branches and classes, and access to data."""
