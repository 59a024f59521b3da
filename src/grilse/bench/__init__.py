"""Measurements behind `grilse bench`."""
