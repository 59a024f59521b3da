"""Warnings about rows of a farm package that are unusual but possible."""
