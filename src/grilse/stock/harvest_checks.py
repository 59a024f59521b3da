"""Fish that may not be harvested yet: rooms above know why, a harvest asks them."""

from collections.abc import Callable, Collection
from datetime import date

from grilse.errors import GrilseError

HarvestCheck = Callable[[Collection[int], date], str]

_checks: list[HarvestCheck] = []


def register_harvest_check(check: HarvestCheck) -> None:
    """Have a function asked for the sentence that refuses a harvest of placements on a day; "" for none."""
    _checks.append(check)


def refuse_held_fish(placements: Collection[int], day: date) -> None:
    """Refuse a harvest of fish that are held back on its day; a statement a check."""
    for check in _checks:
        why = check(placements, day)
        if why:
            raise GrilseError(why)
