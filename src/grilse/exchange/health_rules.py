"""The rules of lice counts and health samples."""

from collections.abc import Mapping

import numpy as np

from grilse.exchange.order import sorting
from grilse.exchange.rows import Rows
from grilse.health import refusals

PARTS = ("adult_female", "mobile", "attached")


def check(tables: Mapping[str, Rows]) -> None:
    """Find counts and samples that do not add up."""
    check_lice(tables["lice"])
    check_health_samples(tables["health_samples"])


def check_lice(rows: Rows) -> None:
    """Blame counts of which the forms are more than all lice."""
    parts = np.sum([np.where(rows.given(form), rows[form], 0) for form in PARTS], axis=0)
    for row in np.flatnonzero(rows.given("lice_total") & (parts > rows["lice_total"])).tolist():
        pen, total = rows.shown(row, "container"), int(rows["lice_total"][row])
        rows.blame([row], "lice_total", refusals.more_than_all(int(parts[row]), total, pen))


def check_health_samples(rows: Rows) -> None:
    """Blame scores without a parameter, samples of two sizes, and more fish scored than looked at."""
    scores = [f"score_{level}" for level in range(4)]
    scored, whole = rows.given("parameter"), np.ones(len(rows), np.bool_)
    for column in scores:
        rows.blame(scored & ~rows.given(column), column, "must be given for a parameter")
        rows.blame(~scored & rows.given(column), column, "a score of no parameter")
        whole &= rows.given(column)
    total = np.sum([np.where(rows.given(column), rows[column], 0) for column in scores], axis=0)
    for row in np.flatnonzero(scored & whole & rows.given("fish") & (total > rows["fish"])).tolist():
        parameter, placement = rows.shown(row, "parameter"), rows.shown(row, "placement")
        why = refusals.scored_more(parameter, int(total[row]), int(rows["fish"][row]), placement)
        rows.blame([row], "fish", why)
    order = sorting([rows["placement"], rows["date"]])
    here, next_one = order[:-1], order[1:]
    same = (rows["placement"][here] == rows["placement"][next_one]) & (
        rows["date"][here] == rows["date"][next_one]
    )
    rows.blame(
        next_one[same & (rows["fish"][here] != rows["fish"][next_one])].tolist(),
        "fish",
        "another number in the same sample",
    )
    bare = same & (~scored[here] | ~scored[next_one])
    rows.blame(next_one[bare].tolist(), "parameter", "a sample with scores has none without a parameter")
