"""Estimates and forecasts of a generated history compared with its hidden truth; nothing is written."""
