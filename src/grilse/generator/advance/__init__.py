"""Appends days to a generated history that stands in the database."""
