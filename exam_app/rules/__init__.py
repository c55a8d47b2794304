"""Pure rules of the exam: values in, answers out. No Flask, no SQLAlchemy, no Redis; `now` is an argument."""
