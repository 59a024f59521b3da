"""Learning growth from harvested batches, into versions that estimates use from a day on."""

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.types.json import Jsonb

from grilse.errors import GrilseError
from grilse.growth.estimate import BATCHES_A_TASK, Watch, estimate_batches
from grilse.growth.evidence import Evidence, gathered
from grilse.growth.versions import DECIMALS, EPOCH, Lesson, kept, version_of
from grilse.science.calibration import Shared, calibration_priors, shared
from grilse.science.estimation import default_priors
from grilse.science.estimation.versions import Version
from grilse.science.growth_table import literature_table
from grilse.science.learning import learned_table, learning_priors
from grilse.stock.locks import hold

OWN_RECORDS = "grilse learn"


@dataclass(frozen=True, kw_only=True, slots=True)
class Learned:
    """A version and what taught it."""

    name: str
    before: date
    new: bool
    """Whether it was written now; else it was there and the same."""
    learned: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Learning:
    """What learning changed."""

    versions: list[Learned]
    states: int
    """Daily states of placements that were estimated anew."""
    seconds: float


def learn(
    company: int,
    days: Sequence[date] = (),
    *,
    workers: int = 1,
    address: str = "",
    watch: Watch | None = None,
) -> Learning:
    """Learn from what was harvested before each of the days, and estimate anew what uses a new version.

    Without days, before the day on which the last harvested batch was out. One transaction; a version never
    changes: the same harvests give the same version, others a further one.
    """
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return learn_within(connection, company, days, workers=workers, address=address, watch=watch)


def learn_within(
    connection: Connection[Any],
    company: int,
    days: Sequence[date] = (),
    *,
    workers: int = 1,
    address: str = "",
    watch: Watch | None = None,
) -> Learning:
    """Learn in the connection's transaction; several workers look at the batches as the owner."""
    begun = time.monotonic()
    connection.execute(ONE_AT_A_TIME, [company])
    last = max(days, default=date.max)
    found = gathered(
        connection, company, _day(last), workers=workers, address=address, watch=watch or _unseen
    )
    versions = [_keep(connection, company, day, _before(found, day)) for day in _days(days, found)]
    new = [one.before for one in versions if one.new]
    states = _estimate_from(connection, company, min(new)) if new else 0
    return Learning(versions=versions, states=states, seconds=time.monotonic() - begun)


def learned_versions(
    connection: Connection[Any],
    company: int,
    days: Sequence[int],
    *,
    workers: int = 1,
    watch: Watch | None = None,
) -> list[Version]:
    """Return, in memory, the versions that learning on each of the days would have made; none is kept.

    Each batch is estimated once, whatever the number of days. Days before the first harvest have no version.
    """
    found = gathered(connection, company, max(days, default=0), workers=workers, watch=watch or _unseen)
    return versions_before(found, days)


def versions_before(found: Sequence[Evidence], days: Sequence[int]) -> list[Version]:
    """Return a version for each day before which something was harvested."""
    versions = []
    for day in sorted(set(days)):
        mine = [one for one in found if one.out < day]
        if mine:
            versions.append(version_of(_date(day), kept(lesson(mine))))
    return versions


def lesson(found: Sequence[Evidence]) -> Lesson:
    """Return what harvested batches teach together."""
    table = learned_table([one.cells for one in found], literature_table(), learning_priors())
    return Lesson(
        table=table.rounded(DECIMALS),
        catch_bias=_catch_bias(found),
        unrecorded_loss=_unrecorded_loss(found),
        batches=len(found),
        pens=sum(one.harvested.pens for one in found),
        days=sum(one.days for one in found),
    )


def _catch_bias(found: Sequence[Evidence]) -> Shared:
    priors = calibration_priors()
    return shared(
        [one.harvested.bias() for one in found],
        prior=0.0,
        prior_sd=priors.catch_bias_sd,
        between=priors.bias_between_sd,
        worth=priors.between_worth,
    )


def _unrecorded_loss(found: Sequence[Evidence]) -> Shared:
    known, priors = default_priors(), calibration_priors()
    return shared(
        [one.harvested.loss() for one in found],
        prior=known.unrecorded_loss,
        prior_sd=known.unrecorded_loss_sd,
        between=priors.loss_between_sd,
        worth=priors.between_worth,
    )


def _days(days: Sequence[date], found: Sequence[Evidence]) -> list[date]:
    if not days and not found:
        raise GrilseError("no batch was harvested yet: there is nothing to learn from")
    return sorted(set(days)) or [_date(max(one.out for one in found) + 1)]


def _before(found: Sequence[Evidence], day: date) -> list[Evidence]:
    mine = [one for one in found if one.out < _day(day)]
    if not mine:
        raise GrilseError(f"no batch was harvested before {day}: there is nothing to learn from")
    return mine


def _keep(connection: Connection[Any], company: int, day: date, found: Sequence[Evidence]) -> Learned:
    """Write a version unless the newest of its day says the same."""
    learned = kept(lesson(found))
    there = connection.execute(OF_DAY, [company, day]).fetchall()
    if there and json.loads(there[0][1]) == learned:
        return Learned(name=there[0][0], before=day, new=False, learned=learned)
    number = f" ({len(there) + 1})" if there else ""
    name = f"Learned from harvests before {day}{number}"
    connection.execute(KEEP, [company, name, Jsonb({}), OWN_RECORDS, day, Jsonb(learned)])
    return Learned(name=name, before=day, new=True, learned=learned)


def _estimate_from(connection: Connection[Any], company: int, day: date) -> int:
    """Estimate batches anew that have states on the day or later; return the daily states."""
    batches = [row[0] for row in connection.execute(FROM_DAY, [company, day])]
    # All at once and in order: part by part, this and an editor could wait for each other.
    hold(connection, company, batches)
    parts: Iterator[list[int]] = (
        batches[start : start + BATCHES_A_TASK] for start in range(0, len(batches), BATCHES_A_TASK)
    )
    return sum(estimate_batches(connection, company, part).states for part in parts)


def _unseen(*_: Any) -> Any:
    return nullcontext(lambda _: None)


def days_since_epoch(days: Sequence[date]) -> list[int]:
    """Return dates as the estimator counts them."""
    return [_day(day) for day in days]


def _day(day: date) -> int:
    return (day - EPOCH).days


def _date(day: int) -> date:
    return date.fromordinal(EPOCH.toordinal() + day)


ONE_AT_A_TIME = "SELECT id FROM farm_company WHERE id = %s FOR NO KEY UPDATE"

OF_DAY = """
SELECT name, learned::text FROM growth_growthmodel
 WHERE company_id = %s AND learned_before = %s ORDER BY id DESC
"""

KEEP = """
INSERT INTO growth_growthmodel (company_id, name, tgc, source, learned_before, learned)
VALUES (%s, %s, %s, %s, %s, %s)
"""

FROM_DAY = """
SELECT batch_id FROM growth_batchstate
 WHERE company_id = %s AND date >= %s
 GROUP BY batch_id ORDER BY batch_id
"""
