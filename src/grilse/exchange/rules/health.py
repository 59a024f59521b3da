"""The rules of lice counts and health samples."""

from collections.abc import Mapping

import numpy as np

from grilse.exchange.rows import TableRows
from grilse.exchange.sorting import argsort_rows
from grilse.health import messages

PARTS = ("adult_female", "mobile", "attached")


def check_health(tables: Mapping[str, TableRows]) -> None:
    """Find counts and samples that do not add up."""
    check_lice(tables["lice"])
    check_health_samples(tables["health_samples"])


def check_lice(rows: TableRows) -> None:
    """Blame counts of which the forms are more than all lice."""
    parts = np.sum([np.where(rows.is_filled(form), rows[form], 0) for form in PARTS], axis=0)
    for row in np.flatnonzero(rows.is_filled("lice_total") & (parts > rows["lice_total"])).tolist():
        pen, total = rows.format_cell(row, "container"), int(rows["lice_total"][row])
        rows.add_problems([row], "lice_total", messages.describe_lice_excess(int(parts[row]), total, pen))


def check_health_samples(rows: TableRows) -> None:
    """Blame scores without a parameter, samples of two sizes, and more fish scored than looked at."""
    scores = [f"score_{level}" for level in range(4)]
    scored, all_given = rows.is_filled("parameter"), np.ones(len(rows), np.bool_)
    for column in scores:
        rows.add_problems(scored & ~rows.is_filled(column), column, "must be given for a parameter")
        rows.add_problems(~scored & rows.is_filled(column), column, "a score of no parameter")
        all_given &= rows.is_filled(column)
    total = np.sum([np.where(rows.is_filled(column), rows[column], 0) for column in scores], axis=0)
    for row in np.flatnonzero(scored & all_given & rows.is_filled("fish") & (total > rows["fish"])).tolist():
        parameter, placement = rows.format_cell(row, "parameter"), rows.format_cell(row, "placement")
        why = messages.describe_score_excess(parameter, int(total[row]), int(rows["fish"][row]), placement)
        rows.add_problems([row], "fish", why)
    order = argsort_rows([rows["placement"], rows["date"]])
    here, next_one = order[:-1], order[1:]
    same = (rows["placement"][here] == rows["placement"][next_one]) & (rows["date"][here] == rows["date"][next_one])
    rows.add_problems(
        next_one[same & (rows["fish"][here] != rows["fish"][next_one])].tolist(),
        "fish",
        "another number in the same sample",
    )
    bare = same & (~scored[here] | ~scored[next_one])
    rows.add_problems(next_one[bare].tolist(), "parameter", "a sample with scores has none without a parameter")
