"""Statistics of a larger database; trees as high as a full index's."""

import pytest

from grilse.proof.btree import compute_tree_height
from grilse.proof.planner_statistics import Statistics

DUMPED = """SET row_security = off;

SELECT * FROM pg_catalog.pg_restore_relation_stats(
\t'version', '180004'::integer,
\t'schemaname', 'public',
\t'relname', 'haul',
\t'relpages', '120'::integer,
\t'reltuples', '1.5e+04'::real,
\t'relallvisible', '7'::integer,
\t'relallfrozen', '0'::integer
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
\t'version', '180004'::integer,
\t'schemaname', 'public',
\t'relname', 'haul',
\t'attname', 'crew',
\t'n_distinct', '97'::real
);
SELECT * FROM pg_catalog.pg_restore_relation_stats(
\t'version', '180004'::integer,
\t'schemaname', 'public',
\t'relname', 'port',
\t'relpages', '1'::integer,
\t'reltuples', '-1'::real,
\t'relallvisible', '0'::integer,
\t'relallfrozen', '0'::integer
);
"""


@pytest.fixture
def statistics():
    return Statistics(restoring=DUMPED)


def test_ten_times_the_rows_are_ten_times_the_pages_with_the_same_values(statistics):
    larger = statistics.scale_rows(10)

    assert larger.relation_pages == {"public.haul": 1200, "public.port": 10}
    assert "'reltuples', '150000'" in larger.restoring
    assert "'relallvisible', '70'" in larger.restoring
    assert "'n_distinct', '97'" in larger.restoring
    assert "'reltuples', '-1'" in larger.restoring


def test_what_stands_still_does_not_grow(statistics):
    assert statistics.scale_rows(10, {"public.port"}).relation_pages == {"public.haul": 1200, "public.port": 1}
    assert statistics.scale_rows(1) == statistics


def test_values_that_nobody_may_know_are_left_out(statistics):
    known = statistics.remove_columns(frozenset({"haul.crew"}))

    assert "crew" not in known.restoring
    assert known.relation_pages == statistics.relation_pages


def test_dropped_columns_are_not_restored(statistics):
    restored = statistics.select_relations({"public.haul"})

    assert "haul" in restored
    assert "crew" not in restored
    assert "port" not in restored


# Read off the pages of a generated history.
@pytest.mark.parametrize(
    ("pages", "widths", "levels"), [(2, [8], 0), (4, [8], 1), (190, [8, 8], 1), (439, [8, 4], 2), (4454, [8, 8], 2)]
)
def test_an_index_is_as_high_as_its_size_says(pages, widths, levels):
    assert compute_tree_height(pages, widths) == levels
