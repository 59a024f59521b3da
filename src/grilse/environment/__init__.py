"""Readings of sensors in the water, and their daily summary."""
