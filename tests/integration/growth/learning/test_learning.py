"""Versions of the growth model that real harvests teach."""

from datetime import date

import numpy as np
import psycopg
import pytest
from tests.package_files import unpack_package

from grilse.errors import GrilseError
from grilse.exchange.imports import import_package
from grilse.growth.estimating.groups import iter_groups
from grilse.growth.estimating.read import read_inputs
from grilse.growth.learning.examples import build_examples
from grilse.growth.learning.run import build_versions, learn_growth
from grilse.growth.learning.versions import read_versions
from grilse.science.days import to_epoch_day
from grilse.science.growth_table import literature_table

AUTUMN, SPRING = date(2019, 10, 1), date(2020, 1, 15)
"""One farm is out before the first, three before the second; the last goes on until 2020-03-31."""


@pytest.fixture(scope="module")
def company(database, tmp_path_factory):
    """The company of the real pens, its states estimated."""
    with psycopg.connect(database) as connection:
        import_package(connection, unpack_package("scottish-pens", tmp_path_factory.mktemp("package")))
        connection.commit()
        return connection.execute("SELECT id FROM farm_company").fetchone()[0]


@pytest.fixture(scope="module")
def learned(company):
    """What learning on two days wrote."""
    return learn_growth(company, [SPRING, AUTUMN], workers=1)


def read_states(connection, day, comparison):
    """Figures as known of all placement-days on one side of a day, as text."""
    return connection.execute(
        "SELECT placement_id, date, count_estimate::text, mean_weight_g::text, mean_weight_sd_g::text,"
        f" growth_model_id FROM growth_dailystate WHERE date {comparison} %s ORDER BY placement_id, date",
        [day],
    ).fetchall()


def test_each_day_gets_a_version_from_earlier_harvests(learned):
    first, second = learned.versions
    assert (first.name, second.name) == (
        "Learned from harvests before 2019-10-01",
        "Learned from harvests before 2020-01-15",
    )
    assert (first.learned["batches"], second.learned["batches"]) == (1, 3)
    assert second.learned["days"] > first.learned["days"] > 1000
    # These farms did not weigh their harvests: nothing is known of their samples.
    assert (second.learned["pens"], second.learned["catch_bias"]) == (0, 0.0)


def test_states_name_the_version_that_their_day_may_know(database, company, learned):
    with psycopg.connect(database) as connection:
        (autumn, _), (spring, _) = read_versions(connection, company)
        used = connection.execute(
            "SELECT growth_model_id, min(date), max(date) FROM growth_dailystate GROUP BY 1 ORDER BY 2"
        ).fetchall()
    assert [id for id, _, _ in used] == [None, autumn, spring]
    assert used[0][2] < AUTUMN <= used[1][1]
    assert used[1][2] < SPRING <= used[2][1]


def test_learning_again_changes_nothing(database, company, learned):
    with psycopg.connect(database) as connection:
        before = read_states(connection, AUTUMN, ">=")
        again = learn_growth(company, [SPRING, AUTUMN], workers=2)
        assert [version.new for version in again.versions] == [False, False]
        assert [version.learned for version in again.versions] == [version.learned for version in learned.versions]
        assert again.states == 0
        assert read_states(connection, AUTUMN, ">=") == before
        (number,) = connection.execute("SELECT count(*) FROM growth_growthmodel WHERE learned IS NOT NULL").fetchone()
    assert number == 2


def test_versions_in_memory_are_those_that_are_kept(database, company, learned):
    with psycopg.connect(database) as connection:
        stored = [version for _, version in read_versions(connection, company)]
        versions = build_versions(
            connection, company, [to_epoch_day(day) for day in (date(2015, 1, 1), AUTUMN, SPRING)]
        )
    assert [learned_version.from_day for learned_version in versions] == [to_epoch_day(day) for day in (AUTUMN, SPRING)]
    for mine, stored_version in zip(versions, stored, strict=True):
        np.testing.assert_array_equal(mine.base.corners, stored_version.base.corners)
        assert (mine.catch_bias, mine.unrecorded_loss) == (stored_version.catch_bias, stored_version.unrecorded_loss)


def test_open_or_unharvested_batches_give_no_examples(database, company):
    with psycopg.connect(database) as connection:
        batches = [row[0] for row in connection.execute("SELECT id FROM stock_batch ORDER BY id")]
        groups = list(iter_groups(read_inputs(connection, company, batches)))
        assert len(build_examples(groups)) == 4
        connection.execute("UPDATE stock_placement SET stop = NULL WHERE batch_id = %s", [batches[0]])
        still = list(iter_groups(read_inputs(connection, company, batches)))
        connection.rollback()
    assert batches[0] not in [example.batch for example in build_examples(still)]


def test_a_learned_table_stays_a_table_of_growth(learned):
    sea = np.array(learned.versions[-1].learned["table"]["sea"]["tgc"])
    assert sea.shape == literature_table().sea.shape
    assert (np.abs(np.log(sea / literature_table().sea)) < 0.5).all()


def test_harvests_that_are_corrected_make_a_further_version_and_leave_earlier_days(database, company, learned):
    with psycopg.connect(database) as connection:
        before = read_states(connection, SPRING, "<")
        connection.execute(
            "UPDATE stock_weightsample SET mean_weight_g = mean_weight_g * 1.1 WHERE placement_id IN"
            " (SELECT p.id FROM stock_placement p JOIN stock_batch b ON b.id = p.batch_id"
            " WHERE b.number = 'farm-c-2018') AND date >= '2019-04-01'"
        )
        connection.commit()
        (first,) = learn_growth(company, [SPRING], workers=1).versions
        assert first.name == "Learned from harvests before 2020-01-15 (2)"
        newest = read_versions(connection, company)
        assert len(newest) == 2
        assert [row for row in read_states(connection, SPRING, "<") if row[5] is None] == [
            row for row in before if row[5] is None
        ]


def test_a_company_without_harvests_has_nothing_to_learn_from(company):
    with pytest.raises(GrilseError, match="no batch was harvested before 2010-01-01"):
        learn_growth(company, [date(2010, 1, 1)], workers=1)
