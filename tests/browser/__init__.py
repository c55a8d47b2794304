"""The product in a real browser: its own processes, engines and mail server, and Chromium."""
