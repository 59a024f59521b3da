"""Errors that a user sees."""


class GrilseError(Exception):
    """One clear line for the user: what is wrong, where, and what to do."""
