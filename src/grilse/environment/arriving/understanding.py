"""The fields of rows understood: which container, when, what was measured, and what cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.environment.arriving.narrow import widened
from grilse.environment.arriving.numbers import measured
from grilse.environment.arriving.parts import Part
from grilse.environment.arriving.refusals import Fault, shown
from grilse.environment.arriving.wording import NOTHING, words, wrong
from grilse.environment.parameters import DAY_MICROSECONDS, refuse_untimely, untimely

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
NO_TIME = np.iinfo(np.int64).min
NO_CONTAINER = -1
"""No id is below zero."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Understood:
    """Rows of which nothing is wrong, in columns, and what is wrong with the others."""

    container: NDArray[np.int64]
    at: NDArray[np.int64]
    """Microseconds since 1970, UTC."""
    measured: dict[str, NDArray[np.float32]]
    faults: list[Fault]
    rejected: int


def understood(part: Part, containers: Mapping[str | int, int]) -> Understood:
    """Return what the rows of a part say; containers by name and by id."""
    faults = list(part.faults)
    container = _containers(part, containers, faults)
    at = _instants(part, faults)
    values = {name: measured(part, name, column, faults) for name, column in widened(part, faults).items()}
    good = ~np.isin(part.number, [fault.row for fault in faults])
    return Understood(
        container=container[good],
        at=at[good],
        measured={name: column[good].astype(np.float32) for name, column in values.items()},
        faults=faults,
        rejected=part.unread + int((~good).sum()),
    )


def _containers(part: Part, known: Mapping[str | int, int], faults: list[Fault]) -> NDArray[np.int64]:
    column = part.columns.get("container", [None] * len(part.number))
    found = [known.get(name, NO_CONTAINER) if type(name) in (str, int) else NO_CONTAINER for name in column]
    ids = np.array(found, np.int64)
    for row in np.flatnonzero(ids == NO_CONTAINER).tolist():
        name = shown(column[row])
        detail = f"there is no container {name}" if name else "name the container of the reading"
        faults.append(wrong(part, row, "container", column[row], detail))
    return ids


def _instants(part: Part, faults: list[Fault]) -> NDArray[np.int64]:
    column = part.columns.get("at", [None] * len(part.number))
    at = column if isinstance(column, np.ndarray) else _read(column)
    for row in np.flatnonzero(untimely(at // DAY_MICROSECONDS)).tolist():
        given = column[row] if column is not at else _written(at[row])
        faults.append(wrong(part, row, "at", given, _untimely(int(at[row]), given)))
    return at


def _read(column: list[Any]) -> NDArray[np.int64]:
    """Return the instants of texts; the pens of a site share theirs, so each is read once."""
    known = {text: _instant(text) for text in {text for text in column if type(text) is str}}
    return np.array([known[text] if type(text) is str else NO_TIME for text in column], np.int64)


def _instant(text: str) -> int:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return NO_TIME
    return NO_TIME if at.tzinfo is None else (at - EPOCH) // MICROSECOND


def _written(at: int) -> str | None:
    return None if at == NO_TIME else str(np.datetime64(int(at), "us"))


def _untimely(at: int, given: object) -> str:
    if at != NO_TIME:
        return words(refuse_untimely, at // DAY_MICROSECONDS)
    if given in NOTHING:
        return f"say when it was measured: {TIMES}"
    return f"{shown(given)} is no time with its offset from UTC: {TIMES}"


TIMES = "at is as 2025-06-01T06:00:00Z or 2025-06-01T08:00:00+02:00"
