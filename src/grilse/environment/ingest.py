"""Imports files of readings, as loggers and other systems send them: all rows, or the valid ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from django.db import transaction

from grilse.access.models import BulkLoad
from grilse.access.tenancy import get_current_actor
from grilse.environment.actions import Readings, record_readings
from grilse.environment.containers import read_containers
from grilse.environment.parsing.chunks import MOST_ROWS, ReadingChunk
from grilse.environment.parsing.errors import MAX_ERRORS as MOST_FAULTS
from grilse.environment.parsing.errors import InvalidReadings, PayloadTooLarge, ReadingErrors
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
    """The result of an ingest."""

    rows: int
    rejected: int
    changed: int  # readings that are new or have another value than before
    errors: ReadingErrors
    seconds: IngestDurations


def ingest_chunks(parts: Iterable[ReadingChunk], *, keep_good: bool) -> IngestReport:
    """Record readings; one invalid row refuses all, unless the valid ones are to be recorded.

    Sending the same file again changes nothing.
    """
    begun = perf_counter()
    parsed_chunks, faults = _parse_chunks(parts)
    rejected = sum(part.rejected for part in parsed_chunks)
    rows = rejected + sum(len(part.at) for part in parsed_chunks)
    if rejected and not keep_good:
        wrong = f"{rejected:,} of {rows:,} rows {'is' if rejected == 1 else 'are'} wrong"
        raise InvalidReadings(wrong, "mend what is listed, or send mode=good to take the others", faults)
    understood_at = perf_counter()
    # Changes announced within are handled at the end of the block: one estimate for the whole file.
    with transaction.atomic(), changes.gather_changes():
        changed = _record_chunks(parsed_chunks)
        written_at = perf_counter()
    seconds = IngestDurations(
        reading=understood_at - begun, writing=written_at - understood_at, estimating=perf_counter() - written_at
    )
    return IngestReport(rows=rows, rejected=rejected, changed=changed, errors=faults, seconds=seconds)


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


def _record_chunks(read: list[ParsedReadings]) -> int:
    some = _join_chunks(read) if read else None
    changed = record_readings(some) if some is not None and some.measured else 0
    if changed:
        _log_bulk_load(changed)
    return changed


def _log_bulk_load(changed: int) -> None:
    """Log who sent how many: readings have no author."""
    who = get_current_actor()
    row_counts = {"environment_reading": changed}
    BulkLoad.objects.create(company_id=who.company, user_id=who.user, kind="readings", source="ingest", rows=row_counts)


def _join_chunks(read: list[ParsedReadings]) -> Readings:
    measured = {name for part in read for name in part.measured}
    return Readings(
        container=np.concatenate([part.container for part in read]),
        at=np.concatenate([part.at for part in read]).view("datetime64[us]"),
        measured={name: np.concatenate([_get_values(part, name) for part in read]) for name in sorted(measured)},
    )


def _get_values(part: ParsedReadings, name: str) -> np.ndarray:
    return part.measured[name] if name in part.measured else np.full(len(part.at), np.nan, np.float32)
