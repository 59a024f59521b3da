"""Errors that a user sees."""


class GrilseError(Exception):
    """One clear line for the user: what is wrong, where, and what to do."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field
        """Name of the input field that the error is about; empty if it is about no single field."""


class NotAllowed(GrilseError):
    """The principal of the request may not do this."""
