"""What every request passes through: who is asking, limits of logins, errors in one shape, metrics."""
