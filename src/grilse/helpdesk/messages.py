"""Refusals of tickets and files that do not exist."""

from grilse.errors import GrilseError


def describe_missing_ticket(number: int) -> GrilseError:
    """Return the refusal of a number that no ticket in reach has."""
    return GrilseError(f"there is no ticket #{number}")


def describe_missing_file(number: int, attachment: int) -> GrilseError:
    """Return the refusal of a file that is not on a ticket."""
    return GrilseError(f"there is no file {attachment} on ticket #{number}")
