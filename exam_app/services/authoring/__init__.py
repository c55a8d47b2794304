"""Questions, tests, and the frozen papers that are made of them."""
