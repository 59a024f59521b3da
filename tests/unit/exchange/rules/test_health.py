"""Lice counts and health samples of a package that do not add up get the message of the health app."""

import numpy as np

from grilse.exchange.problems import Problems
from grilse.exchange.rows import TableRows
from grilse.exchange.rules.health import check_health_samples, check_lice
from grilse.exchange.tables import TABLES
from grilse.textfiles.cells import NULL


def build_rows(table, named, name, **columns):
    """Return rows that all belong to the first row of another table."""
    size = len(next(iter(columns.values())))
    other = TableRows(TABLES[f"{named}s"], "", np.array([2]), {named: np.array([name], object)}, Problems())
    table_rows = TableRows(
        TABLES[table], f"{table}.csv", np.arange(size) + 2, {}, Problems(), referenced_tables={named: other}
    )
    table_rows.columns |= {key: np.asarray(values) for key, values in columns.items()}
    table_rows.columns[named] = np.zeros(size, np.int32)
    return table_rows


def test_forms_of_lice_are_no_more_than_all():
    counts = build_rows(
        "lice",
        "container",
        "Pen 4",
        adult_female=[3, 3, NULL],
        mobile=[2, 2, 2],
        attached=[NULL, 1, 1],
        lice_total=[5, 5, NULL],
    )
    check_lice(counts)

    [problems] = counts.problems.listed
    assert str(problems) == (
        "lice.csv line 3: lice_total '5': 6 lice by their forms, 5 in all on Pen 4: correct one or the other"
    )


def test_no_more_fish_are_scored_than_looked_at():
    scores = {f"score_{level}": [5, 6] for level in range(4)}
    samples = build_rows(
        "health_samples",
        "placement",
        "B1/7/Pen 4",
        parameter=np.array(["gill", "gill"], object),
        date=[10, 11],
        fish=[20, 23],
        **scores,
    )
    check_health_samples(samples)

    [problems] = samples.problems.listed
    assert str(problems) == (
        "health_samples.csv line 3: fish '23': 24 fish of B1/7/Pen 4 scored for gill, 23 looked at:"
        " correct one or the other"
    )
