"""Messages, help requests, integrity rules and their alerts."""
