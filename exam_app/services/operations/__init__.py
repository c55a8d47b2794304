"""How the installation is doing, and whether its data agree."""
