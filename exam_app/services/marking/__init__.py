"""Marking by hand: the queue, one or two markers, differences between them."""
