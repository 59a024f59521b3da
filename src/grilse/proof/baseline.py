"""A proof beside an earlier one: what became slower, or reads more than it did."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from grilse.proof.judge import UNPROVEN, Figure
from grilse.proof.kept import Proof

SLOWER, MARGIN_MS = 2.0, 3.0
"""Times as slow as the others became, and milliseconds beyond that, at which a query counts as slower."""
MORE, MARGIN_BLOCKS, MARGIN_ROWS = 1.2, 16, 100
"""Times as much, and blocks or rows beyond that, at which it counts as reading more."""
SAME_ROWS = 1.02
"""A table that grew or shrank by more is another one: then blocks and rows are compared per row returned."""
ENOUGH = 5
"""Fewer queries than this in common do not tell how fast the machine was; the yardstick does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Against:
    """An earlier proof beside a newer one."""

    at: str
    """When the earlier one was made."""
    pace: float
    """How many times as long as then the queries take in the median: the machine, not the queries."""
    compared: int
    worse: dict[str, tuple[str, ...]]
    """What became worse, by the query's name, as lines."""


def against(now: Proof, then: Proof) -> Against:
    """Compare a proof with an earlier one, query by query."""
    before = {one.name: one for one in then.figures if one.state != UNPROVEN}
    pairs = [(one, before[one.name]) for one in now.figures if one.name in before]
    asked = [(new, old) for new, old in pairs if new.state != UNPROVEN]
    pace, grown = _pace(asked, now, then), _grown(now, then)
    worse = {new.name: tuple(_worse(new, old, pace, grown)) for new, old in pairs}
    return Against(
        at=then.at,
        pace=round(pace, 3),
        compared=len(asked),
        worse={name: lines for name, lines in worse.items() if lines},
    )


def _pace(pairs: list[tuple[Figure, Figure]], now: Proof, then: Proof) -> float:
    ratios = [new.milliseconds / old.milliseconds for new, old in pairs if old.milliseconds]
    return median(ratios) if len(ratios) >= ENOUGH else now.pace / then.pace


def _grown(now: Proof, then: Proof) -> bool:
    """Tell whether a table has not the rows that it had."""
    for table in now.rows.keys() & then.rows.keys():
        low, high = sorted((max(now.rows[table], 0), max(then.rows[table], 0)))
        if high > SAME_ROWS * low + MARGIN_ROWS:
            return True
    return False


def _worse(new: Figure, old: Figure, pace: float, grown: bool) -> Iterator[str]:
    if new.state == UNPROVEN:
        yield f"was proven then, now {new.said[0]}"
        return
    expected = pace * old.milliseconds
    if new.milliseconds > SLOWER * expected + MARGIN_MS:
        yield (
            f"takes {new.milliseconds:.1f} ms where {expected:.1f} were to be expected:"
            f" {new.milliseconds / expected:.1f} times as long"
        )
    if new.statements > old.statements:
        yield f"{new.statements} statements instead of {old.statements}"
    size = new.returned / old.returned if grown and old.returned and new.returned else 1.0
    for what, of, was, margin in (
        ("blocks", new.buffers, old.buffers, MARGIN_BLOCKS),
        ("rows", new.read, old.read, MARGIN_ROWS),
    ):
        if of > MORE * size * was + margin:
            yield f"reads {of:,.0f} {what} instead of {size * was:,.0f}"
