"""Errors that a user sees."""


class GrilseError(Exception):
    """One clear line for the user: what is wrong, where, and what to do."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field
        """What it is about, by the name that a door takes it under; empty where it is about no one thing."""


class NotAllowed(GrilseError):
    """Who asks may not do this."""
