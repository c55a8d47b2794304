"""Server-sent events: the hub that feeds them, and the one-time tickets that open them."""
