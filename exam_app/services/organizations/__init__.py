"""Who belongs to an organization, its branches and classes, and who may see what."""
