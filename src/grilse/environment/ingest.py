"""Many readings at once, as loggers and other systems send them: all of a file, or what is good of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from django.db import transaction

from grilse.environment.actions import Readings, record
from grilse.environment.arriving.parts import MOST_ROWS, Part
from grilse.environment.arriving.refusals import MOST as MOST_FAULTS
from grilse.environment.arriving.refusals import BadRows, Faults, TooMuch
from grilse.environment.arriving.understanding import Understood, understood
from grilse.environment.naming import named
from grilse.farm.models import BulkLoad
from grilse.farm.tenancy import acting
from grilse.stock import changes


@dataclass(frozen=True, kw_only=True, slots=True)
class Seconds:
    """What the parts of the work took."""

    reading: float
    """Receiving the file and understanding its rows."""
    writing: float
    """Readings and the summaries of their days."""
    estimating: float
    """The batches that stood in the water, each once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What became of a file of readings."""

    rows: int
    rejected: int
    changed: int
    """Readings that are new, or say something else than before."""
    faults: Faults
    seconds: Seconds


def ingest(parts: Iterable[Part], *, keep_good: bool) -> Taken:
    """Take readings in; one wrong row refuses them all, unless the good ones are to be kept.

    The same file again changes nothing.
    """
    begun = perf_counter()
    read, faults = _read(parts)
    rejected = sum(part.rejected for part in read)
    rows = rejected + sum(len(part.at) for part in read)
    if rejected and not keep_good:
        wrong = f"{rejected:,} of {rows:,} rows {'is' if rejected == 1 else 'are'} wrong"
        raise BadRows(wrong, "mend what is listed, or send mode=good to take the others", faults)
    understood_at = perf_counter()
    # What is announced within is answered where the gathering ends: one estimate for the whole file.
    with transaction.atomic(), changes.gathered():
        changed = _recorded(read)
        written_at = perf_counter()
    seconds = Seconds(
        reading=understood_at - begun,
        writing=written_at - understood_at,
        estimating=perf_counter() - written_at,
    )
    return Taken(rows=rows, rejected=rejected, changed=changed, faults=faults, seconds=seconds)


def _read(parts: Iterable[Part]) -> tuple[list[Understood], Faults]:
    """Understand the parts, counting what is wrong; one statement."""
    containers = named()
    faults, read, rows = Faults(), [], 0
    for part in parts:
        rows += len(part.number) + part.unread
        if rows > MOST_ROWS:
            raise TooMuch(f"a file of more than {MOST_ROWS:,} rows: send it in parts")
        read.append(understood(part, containers))
        faults.add(read[-1].faults)
        read[-1].faults.clear()
        if faults.count > MOST_FAULTS:
            wrong = f"more than {MOST_FAULTS:,} fields of the first {rows:,} rows are wrong"
            raise BadRows(wrong, "is it the file that was meant?", faults)
    return read, faults


def _recorded(read: list[Understood]) -> int:
    some = _joined(read) if read else None
    changed = record(some) if some is not None and some.measured else 0
    if changed:
        _tell(changed)
    return changed


def _tell(changed: int) -> None:
    """Keep who sent how many: readings carry no author of their own."""
    who = acting()
    told = {"environment_reading": changed}
    BulkLoad.objects.create(
        company_id=who.company, user_id=who.user, kind="readings", source="ingest", rows=told
    )


def _joined(read: list[Understood]) -> Readings:
    measured = {name for part in read for name in part.measured}
    return Readings(
        container=np.concatenate([part.container for part in read]),
        at=np.concatenate([part.at for part in read]).view("datetime64[us]"),
        measured={name: np.concatenate([_of(part, name) for part in read]) for name in sorted(measured)},
    )


def _of(part: Understood, name: str) -> np.ndarray:
    return part.measured[name] if name in part.measured else np.full(len(part.at), np.nan, np.float32)
