"""Plans that are no longer those of the reference, found without its rows."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grilse.proof.asking import Asked
from grilse.proof.capture import Statement
from grilse.proof.growth import Shapes, flips, shapes_at, tables_of
from grilse.proof.reference import Planned, Reference
from grilse.proof.shapes import Flip
from grilse.proof.stand_in import StandIn


@dataclass(frozen=True, kw_only=True, slots=True)
class Regression:
    """A hot query that is not planned as in the reference."""

    name: str
    said: tuple[str, ...]
    """How the plan changed, line by line as `diff` writes it."""


def regressions(large: StandIn, reference: Reference, asked: Sequence[Asked]) -> list[Regression]:
    """Return the hot queries whose plans differ on a server that believes the reference's statistics.

    What is asked today is planned with the reference's values, as far as it asks the same.
    """
    wanted = as_in_reference(reference, asked)
    planned = shapes_at(large, reference.statistics, wanted, reference.settings)
    return [*_differing(reference, planned), *_unknown(reference, asked)]


def as_in_reference(reference: Reference, asked: Sequence[Asked]) -> list[Asked]:
    """Return what is asked with the values that the reference was asked with, and what only it was asked."""
    by_name = {one.name: one for one in asked}
    pattern = asked[0]
    return [
        _as_there(by_name.get(name) or replace(pattern, name=name, statements=()), planned)
        for name, planned in reference.queries.items()
        if planned
    ]


def flips_at(
    large: StandIn, reference: Reference, asked: Sequence[Asked], sizes: Sequence[int]
) -> dict[int, list[Flip]]:
    """Return which of the reference's plans flip when it has so many times the rows."""
    wanted = as_in_reference(reference, asked)
    still, planned = frozenset(reference.still), {}
    for size in (1, *sizes):
        statistics = reference.statistics.times(size, still)
        planned[size] = shapes_at(large, statistics, wanted, reference.settings)
    return {size: list(flips(planned[1], planned[size], tables_of(still))) for size in sizes}


def _as_there(asked: Asked, planned: Sequence[Planned]) -> Asked:
    """Return the reference's statements as they are asked today.

    One that is written otherwise today takes the place of that which is not asked any more. How often a
    statement is sent may hang on the rows, so the number is no matter here: the budget is for that.
    """
    known, today = {_told(one.text) for one in planned}, {_told(one.text) for one in asked.statements}
    rewritten = iter([one for one in asked.statements if one.query and _told(one.text) not in known])
    gone = dict.fromkeys(_told(one.text) for one in planned if one.shape and _told(one.text) not in today)
    instead = {text: next(rewritten, None) for text in gone}
    statements = (instead.get(_told(one.text)) or _stored(one) for one in planned)
    return replace(asked, statements=tuple(statements))


def _told(text: str) -> str:
    """Return a statement as long as it is with one value in each list."""
    return LIST.sub("%s", text)


def _stored(planned: Planned) -> Statement:
    return Statement(text=planned.bound, parameters=None, bound=True, way=planned.way)


def _differing(reference: Reference, planned: Shapes) -> Iterator[Regression]:
    for name, shapes in planned.items():
        before = _text([one.shape for one in reference.queries[name]])
        after = _text(shapes)
        if before != after:
            lines = difflib.unified_diff(before, after, "reference", "now", n=1, lineterm="")
            yield Regression(name=name, said=tuple(lines))


def _text(shapes: Sequence[Sequence[str]]) -> list[str]:
    return [line for at, shape in enumerate(shapes, 1) for line in (f"statement {at}", *shape)]


def _unknown(reference: Reference, asked: Sequence[Asked]) -> Iterator[Regression]:
    for one in asked:
        if one.name not in reference.queries:
            yield Regression(name=one.name, said=("not in the reference: take it anew",))


LIST = re.compile(r"%s(?:, %s)+")
