"""Persons, their positions, journals and wellbeing reports."""
