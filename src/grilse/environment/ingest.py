"""Imports files of readings, as loggers and other systems send them: all rows, or the valid ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from grilse.access.models import BulkLoad
from grilse.access.tenancy import get_current_actor
from grilse.environment.actions import MergedReadings, Readings, merge_readings
from grilse.environment.containers import read_containers
from grilse.environment.parsing.chunks import MOST_ROWS, ReadingChunk
from grilse.environment.parsing.errors import MAX_ERRORS as MOST_FAULTS
from grilse.environment.parsing.errors import MAX_LISTED, InvalidReadings, PayloadTooLarge, ReadingError, ReadingErrors
from grilse.environment.parsing.rows import ParsedReadings, parse_chunk
from grilse.stock import changes


@dataclass(frozen=True, kw_only=True, slots=True)
class IngestDurations:
    """The seconds that each part of an ingest took."""

    reading: float  # receiving the file and parsing its rows
    writing: float  # readings and daily summaries
    estimating: float  # the affected batches, each once


@dataclass(frozen=True, kw_only=True, slots=True)
class IngestReport:
    """The result of an ingest: came = taken + unchanged + refused, in rows."""

    came: int
    taken: int  # rows of readings that are new or have another value than before
    unchanged: int
    refused: int
    changed: int  # readings, each of one container and time
    errors: ReadingErrors
    seconds: IngestDurations


def ingest_chunks(parts: Iterable[ReadingChunk], *, keep_good: bool) -> IngestReport:
    """Record readings; one invalid row refuses all, unless the valid ones are to be recorded.

    Sending the same file again changes nothing.
    """
    begun = perf_counter()
    parsed_chunks, faults = _parse_chunks(parts)
    refused = sum(part.rejected for part in parsed_chunks)
    arrived = _join_chunks(parsed_chunks) if parsed_chunks else NO_READINGS
    came = refused + len(arrived.at)
    contradictory = find_contradictions(arrived, faults)
    if contradictory.any():
        arrived = arrived.select(~contradictory)
        refused += int(contradictory.sum())
    if refused and not keep_good:
        wrong = f"{refused:,} of {came:,} rows {'is' if refused == 1 else 'are'} wrong"
        raise InvalidReadings(wrong, "mend what is listed, or send mode=good to take the others", faults)
    understood_at = perf_counter()
    # Changes announced within are handled at the end of the block: one estimate for the whole file.
    with transaction.atomic(), changes.gather_changes():
        merged = _record_rows(arrived)
        written_at = perf_counter()
    seconds = IngestDurations(
        reading=understood_at - begun, writing=written_at - understood_at, estimating=perf_counter() - written_at
    )
    return IngestReport(
        came=came,
        taken=merged.rows,
        unchanged=came - refused - merged.rows,
        refused=refused,
        changed=merged.changed,
        errors=faults,
        seconds=seconds,
    )


def _parse_chunks(parts: Iterable[ReadingChunk]) -> tuple[list[ParsedReadings], ReadingErrors]:
    """Parse the chunks and count their errors; one statement."""
    containers = read_containers()
    faults, parsed_chunks, rows = ReadingErrors(), [], 0
    for part in parts:
        rows += len(part.number) + part.skipped_rows
        if rows > MOST_ROWS:
            raise PayloadTooLarge(f"a file of more than {MOST_ROWS:,} rows: send it in parts")
        parsed_chunks.append(parse_chunk(part, containers))
        faults.add(parsed_chunks[-1].errors)
        parsed_chunks[-1].errors.clear()
        if faults.count > MOST_FAULTS:
            wrong = f"more than {MOST_FAULTS:,} fields of the first {rows:,} rows are wrong"
            raise InvalidReadings(wrong, "is it the file that was meant?", faults)
    return parsed_chunks, faults


def find_contradictions(arrived: "ArrivedReadings", faults: ReadingErrors) -> NDArray[np.bool_]:
    """Return the rows that repeat the container and time of another row with another value, and add their errors."""
    wrong = np.zeros(len(arrived.at), np.bool_)
    order = np.lexsort((arrived.at, arrived.container))
    same = (np.diff(arrived.container[order]) == 0) & (np.diff(arrived.at[order].view(np.int64)) == 0)
    if not same.any():
        return wrong
    group = np.cumsum(np.append(0, ~same))
    for name, values in arrived.measured.items():
        given = np.flatnonzero(~np.isnan(values[order]))
        rows, groups = order[given], group[given]
        # Rows of one group are in the order of the file: each is compared with the first.
        first = np.searchsorted(groups, groups)
        differs = np.flatnonzero(values[rows] != values[rows[first]])
        wrong[rows[np.isin(groups, groups[differs])]] = True
        faults.count += max(len(differs) - MAX_LISTED, 0)
        for place in differs[:MAX_LISTED].tolist():
            row, before = int(rows[place]), int(rows[first[place]])
            value, other = (np.format_float_positional(values[number], trim="-") for number in (row, before))
            detail = (
                f"{name} of {value} contradicts row {arrived.number[before]:,}, which has"
                f" {other} for the same container and time: take one of them out"
            )
            fault = ReadingError(row=int(arrived.number[row]), field=name, value=value, detail=detail)
            faults.add([fault])
    return wrong


def _record_rows(arrived: "ArrivedReadings") -> MergedReadings:
    if not arrived.measured or not len(arrived.at):
        return MergedReadings(changed=0, rows=0)
    merged = merge_readings(Readings(container=arrived.container, at=arrived.at, measured=arrived.measured))
    if merged.changed:
        _log_bulk_load(merged.changed)
    return merged


def _log_bulk_load(changed: int) -> None:
    """Log who sent how many: readings have no author."""
    who = get_current_actor()
    row_counts = {"environment_reading": changed}
    BulkLoad.objects.create(company_id=who.company, user_id=who.user, kind="readings", source="ingest", rows=row_counts)


@dataclass(frozen=True, kw_only=True, slots=True)
class ArrivedReadings:
    """The valid rows of a file in columns, with their numbers in it."""

    number: NDArray[np.int64]
    container: NDArray[np.int64]
    at: NDArray[np.datetime64]
    measured: dict[str, NDArray[np.float32]]

    def select(self, which: NDArray[np.bool_]) -> "ArrivedReadings":
        """Return some rows."""
        return ArrivedReadings(
            number=self.number[which],
            container=self.container[which],
            at=self.at[which],
            measured={name: values[which] for name, values in self.measured.items()},
        )


def _join_chunks(read: list[ParsedReadings]) -> ArrivedReadings:
    measured = {name for part in read for name in part.measured}
    return ArrivedReadings(
        number=np.concatenate([part.number for part in read]),
        container=np.concatenate([part.container for part in read]),
        at=np.concatenate([part.at for part in read]).view("datetime64[us]"),
        measured={name: np.concatenate([_get_values(part, name) for part in read]) for name in sorted(measured)},
    )


def _get_values(part: ParsedReadings, name: str) -> np.ndarray:
    return part.measured[name] if name in part.measured else np.full(len(part.at), np.nan, np.float32)


NO_ROWS = np.empty(0, np.int64)
NO_READINGS = ArrivedReadings(number=NO_ROWS, container=NO_ROWS, at=NO_ROWS.view("datetime64[us]"), measured={})
