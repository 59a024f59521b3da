"""The daily states of real and predecessor records: read, estimated and written."""

import numpy as np
import psycopg
import pytest
from psycopg import Connection
from tests.package_files import unpack_package

from grilse.exchange.imports import import_package
from grilse.growth.estimating.run import estimate_batches

STATEMENTS = 7


class CountingCursor(psycopg.Cursor):
    """A cursor that counts statements, COPY among them."""

    number = 0

    def execute(self, *args, **options):
        CountingCursor.number += 1
        return super().execute(*args, **options)

    def copy(self, *args, **options):
        CountingCursor.number += 1
        return super().copy(*args, **options)


@pytest.fixture(scope="module")
def imported_batches(database, tmp_path_factory):
    """Ids of the batches by number, each with its company, after both packages went in."""
    folder = tmp_path_factory.mktemp("packages")
    with psycopg.connect(database) as connection:
        for name in ("predecessor-batch", "scottish-pens"):
            import_package(connection, unpack_package(name, folder), company_name=name)
        connection.commit()
        batches = connection.execute("SELECT number, company_id, id FROM stock_batch").fetchall()
    return {number: (company, batch) for number, company, batch in batches}


def read_states(connection: Connection, batch: int, kind: str = "batch") -> list[tuple]:
    """Rows of states, as text, in the order of their keys."""
    if kind == "batch":
        return connection.execute(
            "SELECT s::text FROM growth_batchstate s WHERE batch_id = %s ORDER BY date", [batch]
        ).fetchall()
    return connection.execute(
        "SELECT s::text FROM growth_dailystate s JOIN stock_placement p ON p.id = s.placement_id"
        " WHERE p.batch_id = %s ORDER BY placement_id, date",
        [batch],
    ).fetchall()


@pytest.fixture(scope="module")
def predecessor(database, imported_batches):
    """Columns of the predecessor batch's whole-batch states, by day."""
    company, batch = imported_batches["FAR-2023-001"]
    with psycopg.connect(database) as connection:
        done = estimate_batches(connection, company, [batch])
        connection.commit()
        assert done.states == 11_820
        rows = connection.execute(
            "SELECT day, count, mean_weight_g, mean_weight_sd_g FROM growth_batchstate"
            " WHERE batch_id = %s ORDER BY day",
            [batch],
        ).fetchall()
    columns = np.array(rows, dtype=float).T
    assert (columns[0] == np.arange(816)).all()
    return dict(zip(("day", "count", "weight", "sd"), columns, strict=True))


MOVES = (90, 180, 270, 360, 450)


def test_eggs_stay_eggs(predecessor):
    assert (predecessor["weight"][:90] < 0.25).all()


def test_no_move_doubles_fish_or_lifts_their_weight(predecessor):
    count, weight = predecessor["count"], predecessor["weight"]
    assert (np.diff(count) <= 0).all()
    change = np.diff(weight) / weight[:-1]
    for day in MOVES[3:]:
        week = change[day : day + 7].mean()
        assert abs(change[day - 1] - week) < 0.03
    for day in MOVES:
        assert change[day - 1] < 0.12


def test_the_predecessor_batch_takes_few_statements(database, imported_batches):
    company, batch = imported_batches["FAR-2023-001"]
    with psycopg.connect(database, cursor_factory=CountingCursor) as connection:
        CountingCursor.number = 0
        estimate_batches(connection, company, [batch])

    assert CountingCursor.number <= STATEMENTS


def test_weights_follow_the_samples(database, imported_batches):
    company, batch = imported_batches["FAR-2023-001"]
    with psycopg.connect(database) as connection:
        estimate_batches(connection, company, [batch])
        rows = connection.execute(
            "SELECT g.order, d.mean_weight_g / w.mean_weight_g - 1 FROM stock_weightsample w"
            " JOIN growth_dailystate d ON d.placement_id = w.placement_id AND d.date = w.date"
            " JOIN stock_placement p ON p.id = w.placement_id JOIN stock_stage g ON g.id = p.stage_id"
            " WHERE p.batch_id = %s",
            [batch],
        ).fetchall()
    order, error = np.array(rows, dtype=float).T
    for stage in np.unique(order):
        assert np.abs(error[order == stage]).mean() < 0.05


def test_every_scottish_pen_has_a_state_for_each_of_its_days(database, imported_batches):
    with psycopg.connect(database) as connection:
        company, batch = imported_batches["farm-a-2019"]
        done = estimate_batches(connection, company, [batch])
        days = connection.execute(
            "SELECT sum(stop - start) FROM stock_placement WHERE batch_id = %s", [batch]
        ).fetchone()
        assert done.states == days[0]
        worst = connection.execute("SELECT min(count), min(mean_weight_sd_g) FROM growth_dailystate").fetchone()
        assert worst[0] >= 0
        assert worst[1] > 0


def test_a_batch_alone_has_the_states_that_it_has_with_all(database, imported_batches):
    farms = {number: ids for number, ids in imported_batches.items() if number.startswith("farm-")}
    company = next(iter(farms.values()))[0]
    with psycopg.connect(database) as connection:
        estimate_batches(connection, company, [batch for _, batch in farms.values()])
        among = {
            batch: (read_states(connection, batch), read_states(connection, batch, "daily"))
            for _, batch in farms.values()
        }
        for batch, states in among.items():
            estimate_batches(connection, company, [batch])
            assert (read_states(connection, batch), read_states(connection, batch, "daily")) == states
            assert states[0]


def test_a_batch_without_placements_has_no_states(owner, company):
    species = owner.execute("SELECT id FROM stock_species LIMIT 1").fetchone()[0]
    (batch,) = owner.execute(
        "INSERT INTO stock_batch (company_id, number, species_id, start_date, status)"
        " VALUES (%s, 'empty', %s, '2024-01-01', 'active') RETURNING id",
        [company, species],
    ).fetchone()
    assert estimate_batches(owner, company, [batch]).states == 0
