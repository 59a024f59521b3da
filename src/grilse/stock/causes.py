"""Causes of death: a room above knows them, the ledger takes no other."""

from collections.abc import Callable, Iterable

from grilse.errors import GrilseError

Reader = Callable[[], list[str]]

_readers: list[Reader] = []


def known_causes(reader: Reader) -> None:
    """Have a function asked for the codes that there are."""
    _readers.append(reader)


def refuse_unknown(causes: Iterable[str]) -> None:
    """Refuse a cause that nobody knows; "" is none given. One statement, where any is."""
    asked = sorted(set(causes) - {""})
    if not asked:
        return
    known = [code for reader in _readers for code in reader()]
    for cause in asked:
        if cause not in known:
            raise GrilseError(f"there is no cause of death {cause}: {', '.join(known)}")
