"""What the product stands on: Redis, job queues, files, mail, metrics, signals that wait for a commit."""
