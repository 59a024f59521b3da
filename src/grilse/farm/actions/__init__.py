"""Add, change and remove places."""
