"""Estimates and forecasts of a generated history held against its hidden truth; nothing is written."""
