"""Functions of the apps above stock, which they append to these lists when Django starts; stock calls them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from grilse.errors import GrilseError

RecordCheck = Callable[[Mapping[int, date]], tuple[int, str] | None]


@dataclass(frozen=True, slots=True)
class ExpectedWeight:
    """The estimated mean weight of a placement, g, and its standard deviation."""

    mean_g: float
    sd_g: float
    days: int = 0
    """Since the day of the estimate."""


change_handlers: list[Callable[[Mapping[int, date]], None]] = []
"""Called with changed placements and the first day that changed of each."""
expected_weight_readers: list[Callable[[Collection[tuple[int, date]]], dict[tuple[int, date], ExpectedWeight]]] = []
"""Return the mean weights that the last estimates give for placements on days, of those that they know."""
weight_providers: list[Callable[[Collection[int], date], dict[int, float]]] = []
"""Return the mean weights, g, of placements on a day, of those that they know."""
harvest_checks: list[Callable[[Collection[int], date], str]] = []
"""Return why placements may not be harvested on a day; "" if they may."""
end_checks: list[RecordCheck] = []
"""Return a record that is not possible if placements end on days, with its placement; None for none."""
start_checks: list[RecordCheck] = []
"""Return a record that is not possible if placements start on days, with its placement; None for none."""
cause_readers: list[Callable[[], list[str]]] = []
"""Return the codes of causes of death."""


def read_expected_weights(keys: Iterable[tuple[int, date]]) -> dict[tuple[int, date], ExpectedWeight]:
    """Return the expected mean weights by placement and day, where they are known; one statement, if there is any."""
    pairs = sorted(set(keys))
    return {key: weight for reader in expected_weight_readers for key, weight in reader(pairs).items()} if pairs else {}


def refuse_held_fish(placements: Collection[int], day: date) -> None:
    """Refuse a harvest of fish that may not be harvested yet; one statement a check."""
    for check in harvest_checks:
        if why := check(placements, day):
            raise GrilseError(why)


def refuse_unknown_causes(causes: Iterable[str]) -> None:
    """Refuse causes of death that are not in the list; "" is no cause. One statement, if there is any cause."""
    codes = sorted(set(causes) - {""})
    known = [code for reader in cause_readers for code in reader()] if codes else []
    for cause in codes:
        if cause not in known:
            raise GrilseError(f"there is no cause of death {cause}: {', '.join(known)}", field="cause")
