"""Server-sent events: the hub that feeds the streams, and the one-time tickets that open them."""
