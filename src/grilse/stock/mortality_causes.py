"""Causes of death: a room above knows them, the ledger takes no other."""

from collections.abc import Callable, Iterable

from grilse.errors import GrilseError

CauseReader = Callable[[], list[str]]

_readers: list[CauseReader] = []


def register_cause_reader(reader: CauseReader) -> None:
    """Have a function asked for the codes that there are."""
    _readers.append(reader)


def refuse_unknown_causes(causes: Iterable[str]) -> None:
    """Refuse a cause that nobody knows; "" is none given. One statement, where any is."""
    codes = sorted(set(causes) - {""})
    if not codes:
        return
    known = [code for reader in _readers for code in reader()]
    for cause in codes:
        if cause not in known:
            raise GrilseError(f"there is no cause of death {cause}: {', '.join(known)}")
