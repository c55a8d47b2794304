"""What people are notified of, by which channel and with which text, and the mail outbox."""
