"""Formats of dates and times of Django and of the back office, by language."""
