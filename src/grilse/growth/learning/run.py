"""Learn growth model versions from harvested batches; estimates use each from a day on."""

import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.types.json import Jsonb

from grilse.engine import ProgressDisplay
from grilse.errors import GrilseError
from grilse.growth.estimating.run import estimate_batches, slice_batches
from grilse.growth.learning.examples import TrainingExample, gather_examples
from grilse.growth.learning.versions import DECIMALS, LearnedParameters, build_version, serialize_parameters
from grilse.science.calibration import CompanyMean, calibration_priors, pool_batch_figures
from grilse.science.days import from_epoch_day, to_epoch_day
from grilse.science.estimation import default_priors
from grilse.science.estimation.growth_base import ModelVersion
from grilse.science.growth_table import literature_table
from grilse.science.learning import learn_growth_table, learning_priors
from grilse.stock.locks import lock_batches

OWN_RECORDS = "grilse learn"


@dataclass(frozen=True, kw_only=True, slots=True)
class LearnedVersion:
    """A version and the figures that it was learned from."""

    name: str
    before: date
    new: bool
    """Whether it was written now; otherwise an equal version existed."""
    learned: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class LearningReport:
    """What learning changed."""

    versions: list[LearnedVersion]
    states: int
    """Daily states of placements that were estimated again."""
    seconds: float


def learn_growth(
    company: int,
    days: Sequence[date] = (),
    *,
    workers: int = 1,
    address: str = "",
    watch: ProgressDisplay | None = None,
) -> LearningReport:
    """Learn from the harvests before each of the days, and estimate again what uses a new version.

    Without days, before the day after the last fish of harvested batches left. One transaction; a version never
    changes: the same harvests give the same version, others a further one.
    """
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return learn_in_transaction(connection, company, days, workers=workers, address=address, watch=watch)


def learn_in_transaction(
    connection: Connection[Any],
    company: int,
    days: Sequence[date] = (),
    *,
    workers: int = 1,
    address: str = "",
    watch: ProgressDisplay | None = None,
) -> LearningReport:
    """Learn in the connection's transaction; several workers read the batches as the owner."""
    begun = time.monotonic()
    connection.execute(LOCK_COMPANY, [company])
    last = max(days, default=date.max)
    examples = gather_examples(connection, company, to_epoch_day(last), workers=workers, address=address, watch=watch)
    versions = [
        _store_version(connection, company, day, _select_examples(examples, day))
        for day in _choose_days(days, examples)
    ]
    new = [version.before for version in versions if version.new]
    states = _estimate_since(connection, company, min(new)) if new else 0
    return LearningReport(versions=versions, states=states, seconds=time.monotonic() - begun)


def build_versions(
    connection: Connection[Any],
    company: int,
    days: Sequence[int],
    *,
    workers: int = 1,
    watch: ProgressDisplay | None = None,
) -> list[ModelVersion]:
    """Return, in memory, the versions that learning on each of the days would have made; nothing is stored.

    Each batch is estimated once, whatever the number of days. Days before the first harvest have no version.
    """
    examples = gather_examples(connection, company, max(days, default=0), workers=workers, watch=watch)
    return build_versions_before(examples, days)


def build_versions_before(examples: Sequence[TrainingExample], days: Sequence[int]) -> list[ModelVersion]:
    """Return a version for each day before which a batch was harvested."""
    versions = []
    for day in sorted(set(days)):
        mine = [example for example in examples if example.last_day < day]
        if mine:
            versions.append(build_version(from_epoch_day(day), serialize_parameters(learn_parameters(mine))))
    return versions


def learn_parameters(examples: Sequence[TrainingExample]) -> LearnedParameters:
    """Learn the parameters of harvested batches together."""
    table = learn_growth_table([example.cells for example in examples], literature_table(), learning_priors())
    return LearnedParameters(
        table=table.round_tgc(DECIMALS),
        catch_bias=_fit_catch_bias(examples),
        unrecorded_loss=_fit_unrecorded_loss(examples),
        batches=len(examples),
        pens=sum(example.harvested.pens for example in examples),
        days=sum(example.days for example in examples),
    )


def _fit_catch_bias(examples: Sequence[TrainingExample]) -> CompanyMean:
    priors = calibration_priors()
    return pool_batch_figures(
        [example.harvested.estimate_catch_bias() for example in examples],
        prior=0.0,
        prior_sd=priors.catch_bias_sd,
        between=priors.bias_between_sd,
        worth=priors.between_worth,
    )


def _fit_unrecorded_loss(examples: Sequence[TrainingExample]) -> CompanyMean:
    known, priors = default_priors(), calibration_priors()
    return pool_batch_figures(
        [example.harvested.estimate_loss() for example in examples],
        prior=known.unrecorded_loss,
        prior_sd=known.unrecorded_loss_sd,
        between=priors.loss_between_sd,
        worth=priors.between_worth,
    )


def _choose_days(days: Sequence[date], examples: Sequence[TrainingExample]) -> list[date]:
    if not days and not examples:
        raise GrilseError("no batch was harvested yet: there is nothing to learn from")
    return sorted(set(days)) or [from_epoch_day(max(example.last_day for example in examples) + 1)]


def _select_examples(examples: Sequence[TrainingExample], day: date) -> list[TrainingExample]:
    mine = [example for example in examples if example.last_day < to_epoch_day(day)]
    if not mine:
        raise GrilseError(f"no batch was harvested before {day}: there is nothing to learn from")
    return mine


def _store_version(
    connection: Connection[Any], company: int, day: date, examples: Sequence[TrainingExample]
) -> LearnedVersion:
    """Write a version unless the newest of its day is equal."""
    learned = serialize_parameters(learn_parameters(examples))
    there = connection.execute(VERSIONS_OF_DAY, [company, day]).fetchall()
    if there and json.loads(there[0][1]) == learned:
        return LearnedVersion(name=there[0][0], before=day, new=False, learned=learned)
    number = f" ({len(there) + 1})" if there else ""
    name = f"Learned from harvests before {day}{number}"
    connection.execute(INSERT_VERSION, [company, name, Jsonb({}), OWN_RECORDS, day, Jsonb(learned)])
    return LearnedVersion(name=name, before=day, new=True, learned=learned)


def _estimate_since(connection: Connection[Any], company: int, day: date) -> int:
    """Estimate batches again that have states on the day or later; return the number of daily states."""
    batches = [row[0] for row in connection.execute(BATCHES_SINCE, [company, day])]
    # All at once and in order: locking part by part could deadlock with an editor.
    lock_batches(connection, company, batches)
    return sum(estimate_batches(connection, company, part).states for part in slice_batches(batches))


LOCK_COMPANY = "SELECT id FROM farm_company WHERE id = %s FOR NO KEY UPDATE"

VERSIONS_OF_DAY = """
SELECT name, learned::text FROM growth_growthmodel
 WHERE company_id = %s AND learned_before = %s ORDER BY id DESC
"""

INSERT_VERSION = """
INSERT INTO growth_growthmodel (company_id, name, tgc, source, learned_before, learned)
VALUES (%s, %s, %s, %s, %s, %s)
"""

BATCHES_SINCE = """
SELECT batch_id FROM growth_batchstate
 WHERE company_id = %s AND date >= %s
 GROUP BY batch_id ORDER BY batch_id
"""
