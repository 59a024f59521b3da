"""Rows of a file parsed: container, time and measured values, and the errors of rows that cannot be readings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.environment.containers import KnownContainers
from grilse.environment.parameters import find_container_days
from grilse.environment.parsing.chunks import CONTAINER_ID, ReadingChunk
from grilse.environment.parsing.errors import ReadingError, shorten_value
from grilse.environment.parsing.values import BLANKS, build_reading_error, get_refusal_text, parse_values, pivot_columns
from grilse.farm.site_names import describe_lookalikes
from grilse.textfiles.cells import NULL, TIMES, parse_plain_cells

NO_TIME = NULL
NO_CONTAINER = -1
"""Ids are above zero."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedReadings:
    """The valid rows of a chunk, in columns, and the errors of the others."""

    number: NDArray[np.int64]
    """The number of the row in its file."""
    container: NDArray[np.int64]
    at: NDArray[np.int64]
    """Microseconds since 1970, UTC."""
    measured: dict[str, NDArray[np.float32]]
    errors: list[ReadingError]
    rejected: int


def parse_chunk(part: ReadingChunk, containers: KnownContainers) -> ParsedReadings:
    """Return the parsed rows of a chunk."""
    faults = list(part.errors)
    container = _resolve_containers(part, containers, faults)
    at = _parse_times(part, container, containers.zones, faults)
    values = {name: parse_values(part, name, column, faults) for name, column in pivot_columns(part, faults).items()}
    good = ~np.isin(part.number, [fault.row for fault in faults])
    return ParsedReadings(
        number=part.number[good],
        container=container[good],
        at=at[good],
        measured={name: column[good].astype(np.float32) for name, column in values.items()},
        errors=faults,
        rejected=part.skipped_rows + int((~good).sum()),
    )


def _resolve_containers(part: ReadingChunk, known: KnownContainers, faults: list[ReadingError]) -> NDArray[np.int64]:
    column = part.columns.get("container", [None] * len(part.number))
    matches = [known.ids.get(name, NO_CONTAINER) if type(name) in (str, int) else NO_CONTAINER for name in column]
    if NO_CONTAINER in matches:
        matches = [
            known.find_id(name) or NO_CONTAINER if match == NO_CONTAINER else match
            for name, match in zip(column, matches, strict=True)
        ]
    ids = np.array(matches, np.int64)
    unknown = np.flatnonzero(ids == NO_CONTAINER).tolist()
    texts = {name for row in unknown if type(name := column[row]) is str}
    looks = describe_lookalikes(texts, (name for name in known.ids if type(name) is str)) if texts else {}
    for row in unknown:
        name = shorten_value(column[row])
        detail = known.describe_unknown(name) + looks.get(name, "") if name else "name the container of the reading"
        faults.append(build_reading_error(part, row, "container", column[row], detail))
    _check_container_ids(part, ids, faults)
    return ids


def _check_container_ids(part: ReadingChunk, ids: NDArray[np.int64], faults: list[ReadingError]) -> None:
    """Add an error for each id that is not the one of the container of its row; exports have both."""
    for row, (given, id) in enumerate(zip(part.columns.get(CONTAINER_ID, ()), ids.tolist(), strict=False)):
        if given not in BLANKS and id != NO_CONTAINER and (type(given) is bool or str(given) != str(id)):
            detail = f"container {part.columns['container'][row]} has the id {id}: write that, or leave it out"
            faults.append(build_reading_error(part, row, CONTAINER_ID, given, detail))


def _parse_times(
    part: ReadingChunk, container: NDArray[np.int64], zones: Mapping[int, str], faults: list[ReadingError]
) -> NDArray[np.int64]:
    column = part.columns.get("at", [None] * len(part.number))
    at = column if isinstance(column, np.ndarray) else _parse_texts(column)
    days = find_container_days(container, at, zones)
    for row in np.flatnonzero(days.find_impossible()).tolist():
        given = column[row] if column is not at else _format_time(at[row])
        detail = _describe_time_error(given) if at[row] == NO_TIME else get_refusal_text(days.refuse_impossible, row)
        faults.append(build_reading_error(part, row, "at", given, detail))
    return at


def _parse_texts(column: list[Any]) -> NDArray[np.int64]:
    """Return the times of texts; the pens of a site share their times, so each text is parsed once."""
    distinct = list({text for text in column if type(text) is str})
    values, _ = parse_plain_cells(TIMES, distinct)
    known = dict(zip(distinct, values.tolist(), strict=True))
    return np.array([known[text] if type(text) is str else NO_TIME for text in column], np.int64)


def _format_time(at: int) -> str | None:
    return None if at == NO_TIME else str(np.datetime64(int(at), "us"))


def _describe_time_error(given: object) -> str:
    if given in BLANKS:
        return f"say when it was measured: {TIME_FORMAT_HINT}"
    return f"{shorten_value(given)} is no time with its offset from UTC: {TIME_FORMAT_HINT}"


TIME_FORMAT_HINT = "at is as 2025-06-01T06:00:00Z or 2025-06-01T08:00:00+02:00"
