"""Errors that a user sees."""

from collections.abc import Collection
from difflib import get_close_matches

MAX_NAME_LENGTH = 80


class GrilseError(Exception):
    """One clear line for the user: what is wrong, where, and what to do."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field
        """Name of the input field that the error is about; empty if it is about no single field."""


class NotAllowed(GrilseError):
    """The principal of the request may not do this."""


def describe_unknown_name(kind: str, name: str, known_names: Collection[str]) -> str:
    """Return the message that refuses an unknown name: the names that are known, and the one it resembles."""
    shown = name if len(name) <= MAX_NAME_LENGTH else f"{name[:MAX_NAME_LENGTH]}…"
    if not known_names:
        return f"there is no {kind} {shown}: there is none here, leave it out"
    guesses = get_close_matches(name, known_names, n=1)
    question = f"; did you mean {guesses[0]}?" if guesses else ""
    return f"there is no {kind} {shown}: there are {', '.join(known_names)}{question}"
