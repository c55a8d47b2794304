"""Questions, tests, and the frozen papers made of them."""
