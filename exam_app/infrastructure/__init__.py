"""Infrastructure: Redis, job queues, file storage, mail, metrics, signals after commit."""
