"""PostgreSQL and Valkey out of wheels, for a machine on which neither is set up."""
