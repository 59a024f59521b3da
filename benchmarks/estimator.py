"""How near the estimator comes to the hidden truth of a generated history, beside two simple ways.

Run it on a database with a generated history whose truth is kept: python benchmarks/estimator.py
It computes in memory, writes nothing into the database, and rewrites benchmarks/estimator.md.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg
from numpy.typing import NDArray

from grilse.schema import open_database

if TYPE_CHECKING:
    from grilse.generator.truth import BatchTruth
    from grilse.growth.groups import Named

REPORT = Path(__file__).with_suffix(".md")
WITHIN_90 = 1.6449  # standard deviations on either side
STAGES = {2: "Fry", 3: "Parr", 4: "Smolt", 5: "Post-Smolt", 6: "Adult"}
EGGS = 1

Column = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Placement-days of one batch; errors are estimate over truth less 1."""

    stage: NDArray[np.int64]
    year: NDArray[np.int64]
    error: Column
    score: Column  # standard deviations between estimate and truth
    plain: Column
    reset: Column
    batch_error: Column
    batch_score: Column


def main() -> None:
    """Compare every generated batch and write the report."""
    open_database()
    compared = list(comparisons())
    text = report(compared)
    REPORT.write_text(text, encoding="utf-8")
    print(text)


def comparisons() -> Iterator[Compared]:
    """Estimate each generated batch and hold it against its truth."""
    from grilse.generator.hidden import truth_of
    from grilse.generator.models import Shard

    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        for shard in Shard.objects.using("owner").filter(kind="batch").order_by("key"):
            row = connection.execute(
                "SELECT id FROM stock_batch WHERE company_id = %s AND number = %s",
                [shard.company_id, shard.key],
            ).fetchone()
            if row is not None:
                yield compare(connection, shard.company_id, row[0], truth_of(shard.key))


def compare(connection: psycopg.Connection[Any], company: int, batch: int, truth: "BatchTruth") -> Compared:
    """Estimate one batch and hold it against its truth."""
    from grilse.growth.groups import groups_of
    from grilse.growth.known import read_known
    from grilse.science.estimation import default_priors, estimate
    from grilse.science.estimation.baselines import plain_tgc
    from grilse.science.parameters import load

    (named,) = groups_of(read_known(connection, company, [batch]))
    group, priors = named.group, default_priors()
    by_stage = load("planning")["stage_tgc"]
    tgc = np.array([by_stage.get(str(order), 0.0) for order in range(1, 7)])
    true_weight, true_count = on_rows(connection, named, truth)
    fed = (group.placements.stage[group.rows.placement] > EGGS) & (true_count > 0)
    result = estimate(group)
    states = result.placements

    def error(weight: Column) -> Column:
        return weight[fed] / true_weight[fed] - 1.0

    day = group.rows.day - group.rows.day.min()
    biomass = np.bincount(day, true_weight * true_count)
    fish = np.bincount(day, true_count)
    whole = result.batches
    on = whole.day - group.rows.day.min()
    standing = fish[on] > 0
    true_mean = biomass[on][standing] / fish[on][standing]
    miss = whole.mean_weight[standing] - true_mean
    return Compared(
        stage=group.placements.stage[group.rows.placement][fed],
        year=group.rows.day[fed].astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970,
        error=error(states.mean_weight),
        score=(states.mean_weight - true_weight)[fed] / states.mean_weight_sd[fed],
        plain=error(plain_tgc(group, tgc, priors, reset=False)),
        reset=error(plain_tgc(group, tgc, priors, reset=True)),
        batch_error=miss / true_mean,
        batch_score=miss / whole.mean_weight_sd[standing],
    )


def on_rows(
    connection: psycopg.Connection[Any], named: "Named", truth: "BatchTruth"
) -> tuple[Column, Column]:
    """Return the true weight and count of every row of the group."""
    rows = connection.execute(
        "SELECT id, name FROM stock_placement WHERE id = ANY(%s)", [named.placements.tolist()]
    )
    names = dict(rows.fetchall())
    boxes = zip(truth.stage, truth.container, strict=True)
    place = {f"{truth.number}/{stage}/{box}": p for p, (stage, box) in enumerate(boxes)}
    weight, count = np.full(named.group.rows.day.size, np.nan), np.zeros(named.group.rows.day.size)
    for position, id in enumerate(named.placements.tolist()):
        here = slice(*named.group.rows.offset[position : position + 2].tolist())
        p = place[names[id]]
        days = min(here.stop - here.start, int(truth.offset[p + 1] - truth.offset[p]))
        there = slice(int(truth.offset[p]), int(truth.offset[p]) + days)
        weight[here.start : here.start + days] = truth.weight_g[there]
        count[here.start : here.start + days] = truth.count[there]
    return np.nan_to_num(weight, nan=1.0), count


def report(compared: list[Compared]) -> str:
    """Return the report as Markdown."""
    every = {
        name: np.concatenate([getattr(one, name) for one in compared])
        for name in ("stage", "year", "error", "score", "plain", "reset")
    }
    whole = np.concatenate([one.batch_error for one in compared])
    scores = np.concatenate([one.batch_score for one in compared])
    days = np.ones(every["stage"].size, dtype=bool)
    within = np.mean(np.abs(scores) < WITHIN_90)
    return TEXT.format(
        batches=len(compared),
        days=f"{every['error'].size:,}",
        all=line("all stages", every, days),
        stages="\n".join(line(name, every, every["stage"] == order) for order, name in STAGES.items()),
        years="\n".join(line(str(year), every, every["year"] == year) for year in np.unique(every["year"])),
        error=percent(np.abs(whole)),
        bias=percent(whole, "+"),
        within=f"{100 * within:.1f} %",
        batch_days=f"{whole.size:,}",
    )


TEXT = """# The estimator beside the hidden truth

{batches} generated batches, {days} placement-days after the eggs. Mean weight as known on the day against the
true one: mean absolute error, mean error, share of days on which the 90 % interval holds the truth. Beside it
the mean absolute error of a constant TGC by stage from the stocking weight (plain TGC), and of the same TGC
set right at every sample. All use the same records.

| days of | n | estimator | bias | 90 % holds | plain TGC | reset at each sample |
|---|---|---|---|---|---|---|
{all}
{stages}
{years}

Whole batches: mean absolute error {error}, mean error {bias}; the 90 % interval from the joint covariance of
the pens holds the truth on {within} of {batch_days} days.

Made by `python benchmarks/estimator.py` on the history that stands in the database.
"""


def line(name: str, every: dict[str, Column], which: NDArray[np.bool_]) -> str:
    """Return one row of the table."""
    held = np.mean(np.abs(every["score"][which]) < WITHIN_90)
    figures = (
        f"{which.sum():,}",
        percent(np.abs(every["error"][which])),
        percent(every["error"][which], "+"),
        f"{100 * held:.1f} %",
        percent(np.abs(every["plain"][which])),
        percent(np.abs(every["reset"][which])),
    )
    return f"| {name} | {' | '.join(figures)} |"


def percent(values: Column, sign: str = "") -> str:
    """Return the mean in percent."""
    return f"{100 * float(np.mean(values)):{sign}.2f} %"


if __name__ == "__main__":
    main()
