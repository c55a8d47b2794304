"""What may be worth a look in an attempt: evidence with its figures, never a verdict."""
