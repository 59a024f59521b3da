"""What is recorded of a placement from its last day on: rooms above know of more, an end asks them."""

from collections.abc import Callable
from datetime import date

LaterRecordReader = Callable[[int, date], str]

_readers: list[LaterRecordReader] = []


def register_end_check(reader: LaterRecordReader) -> None:
    """Have a function asked for what a placement has that cannot be after its last day; "" for nothing."""
    _readers.append(reader)


def find_later_record(placement: int, day: date) -> str:
    """Return something that rooms above recorded of a placement after a last day; a statement a table."""
    return next((what for reader in _readers if (what := reader(placement, day))), "")
