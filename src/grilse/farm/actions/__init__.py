"""Add, change and remove what stands still."""
