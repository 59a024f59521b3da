"""A history in a folder of Parquet files is the one that the database holds."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, timedelta
from pathlib import Path

import psycopg
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pytest
from tests.acceptance.commands import COMMAND, run_command, run_refused_command, run_report_command

# Reference data, which a database has from its migrations.
REFERENCE = {"stock_species", "stock_stage", "health_mortalitycause"}
STAFF = ("people_", "helpdesk_")  # the days of people go into no file
MEALS = """
SELECT p.name AS placement, m.at, f.name AS feed, m.grams, m.cost
  FROM feeding_meal m JOIN stock_placement p ON p.id = m.placement_id JOIN feeding_feed f ON f.id = m.feed_id
"""
LOTS = """
SELECT s.name AS store, f.name AS feed, l.number, l.delivered, l.grams, l.price_per_kg, l.supplier, l.drawn
  FROM feeding_feedlot l JOIN farm_feedstore s ON s.id = l.store_id JOIN feeding_feed f ON f.id = l.feed_id
"""
SCORES = """
SELECT p.name AS placement, h.date, c.parameter, c.score_0, c.score_1, c.score_2, c.score_3
  FROM health_healthscore c JOIN health_healthsample h ON h.id = c.sample_id
  JOIN stock_placement p ON p.id = h.placement_id
"""
MOVEMENTS = """
SELECT m.kind, s.name AS source, t.name AS target, m.count, m.mean_weight_g, m.weight_method, m.fish_weighed,
       m.cause, o.number AS order, m.date
  FROM stock_movement m LEFT JOIN stock_placement s ON s.id = m.source_id
  LEFT JOIN stock_placement t ON t.id = m.target_id LEFT JOIN stock_transferorder o ON o.id = m.order_id
"""


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """An environment that names no database, with a home of its own."""
    home = tmp_path_factory.mktemp("home")
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "GRILSE_APP_URL")}
    return {**kept, "GRILSE_HOME": str(home)}


@pytest.fixture(scope="module")
def plan(alone, tmp_path_factory):
    """The plan of `history`, made without a database."""
    path = tmp_path_factory.mktemp("plan") / "plan.yaml"
    run_command(alone, "plan", "--ages", "60,560,890", "-o", path)
    return path


@pytest.fixture(scope="module")
def written(alone, plan, tmp_path_factory):
    """The plan's history in a folder, and what the command said of it."""
    folder = tmp_path_factory.mktemp("lake") / "history"
    return folder, run_report_command(alone, "generate", plan, "--seed", 3, "--workers", 1, "--to", "parquet", folder)


def test_no_database_is_started(alone, written):
    assert not (Path(alone["GRILSE_HOME"]) / "postgres").exists()


def test_every_table_has_the_rows_that_the_command_told(written):
    folder, told = written
    assert {name: table(folder, name).num_rows for name in told["rows"]} == told["rows"]
    assert {path.name for path in folder.iterdir() if path.name[0] != "_"} == set(told["rows"])


def test_the_rows_are_those_of_the_database(history, written):
    folder, told = written
    environment, loaded = history

    of_fish = {name: size for name, size in loaded["rows"].items() if not name.startswith(STAFF)}
    assert {name: size for name, size in told["rows"].items() if name not in REFERENCE} == of_fish
    assert len(of_fish) < len(loaded["rows"])
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        connection.execute("SET timezone = 'UTC'")
        for name, query in [
            ("feeding_meal", MEALS),
            ("feeding_feedlot", LOTS),
            ("health_healthscore", SCORES),
            ("stock_movement", MOVEMENTS),
        ]:
            cursor = connection.execute(query)
            columns = [column.name for column in cursor.description or ()]
            assert rows(table(folder, name), columns) == sorted(cursor.fetchall(), key=repr), name


def test_one_batch_is_read_by_its_partition(written):
    folder, told = written
    movements = ds.dataset(folder / "stock_movement", partitioning="hive")
    numbers = table(folder, "stock_batch").column("number").to_pylist()
    assert len(numbers) == told["batches"]
    for number in numbers:
        found = movements.to_table(filter=ds.field("batch") == number)
        placements = pc.coalesce(found["source"], found["target"])
        assert pc.all(pc.starts_with(placements, f"{number}/")).as_py()
        assert len(list(movements.get_fragments(filter=ds.field("batch") == number))) == 1


def test_draws_add_up_to_their_meals_and_lots(written):
    folder, _ = written
    draws, meals, lots = (table(folder, name) for name in ("feeding_draw", "feeding_meal", "feeding_feedlot"))
    by_meal = draws.group_by(["placement", "at"]).aggregate([("grams", "sum")])
    both = by_meal.join(meals, ["placement", "at"], join_type="full outer")
    assert pc.all(pc.equal(both["grams_sum"], both["grams"])).as_py()
    by_lot = draws.group_by("lot").aggregate([("grams", "sum")]).join(lots, "lot", "number")
    assert pc.all(pc.equal(by_lot["grams_sum"], by_lot["drawn"])).as_py()


def test_readings_lie_in_containers_and_in_the_days_of_the_history(written):
    folder, _ = written
    readings = table(folder, "environment_reading")
    assert set(readings["container"].unique().to_pylist()) <= set(table(folder, "farm_container")["name"].to_pylist())
    assert pc.max(readings["at"]).as_py().utcoffset() == timedelta(0)
    assert 0 < pc.mean(readings["temperature_c"]).as_py() < 20


def test_a_second_run_changes_nothing(alone, written, plan):
    folder, told = written
    before = stamps(folder)
    again = run_report_command(alone, "generate", plan, "--seed", 3, "--workers", 1, "--to", "parquet", folder)

    assert again["rows"] == told["rows"]
    assert stamps(folder) == before


def test_a_killed_load_goes_on_and_ends_the_same(alone, written, plan, tmp_path):
    folder, told = written
    resumed = tmp_path / "resumed"
    kill_after_first_batch(alone, plan, resumed)
    done = stamps(resumed / "_parts")
    ended = run_report_command(alone, "generate", plan, "--seed", 3, "--workers", 1, "--to", "parquet", resumed)

    assert done.items() <= stamps(resumed / "_parts").items()
    assert ended["rows"] == told["rows"]
    assert not (resumed / "_unfinished").exists()
    for name in told["rows"]:
        assert table(resumed, name).equals(table(folder, name)), name


def test_another_history_in_the_folder_is_refused(alone, written, plan):
    folder, _ = written
    before = stamps(folder)
    said = run_refused_command(alone, "generate", plan, "--seed", 4, "--to", "parquet", folder)

    assert "already holds another generated history" in said
    assert stamps(folder) == before


def test_a_folder_of_something_else_is_refused(alone, plan, tmp_path):
    (tmp_path / "letters.txt").write_text("Dear salmon,")
    assert "is not empty" in run_refused_command(alone, "generate", plan, "--to", "parquet", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]
    assert "cannot be used" in run_refused_command(alone, "generate", plan, "--to", "parquet", tmp_path / "letters.txt")


def test_a_folder_is_named_for_parquet_and_only_for_it(alone, plan, tmp_path):
    for words in (["--to", "parquet"], ["--to", "postgres", tmp_path], [tmp_path]):
        assert "--to parquet FOLDER" in run_refused_command(alone, "generate", plan, *words)


def test_without_pyarrow_one_line_says_what_to_install(alone, plan, tmp_path):
    hidden = "import sys; sys.modules['pyarrow'] = None; from grilse.cli import main; main()"
    words = ["generate", str(plan), "--to", "parquet", str(tmp_path / "lake")]
    done = subprocess.run(
        [sys.executable, "-c", hidden, *words], env=alone, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == "error: Parquet needs pyarrow: pip install 'grilse[parquet]'\n"
    assert not (tmp_path / "lake").exists()


def table(folder, name):
    """All rows of a table, in the order of its files."""
    return ds.dataset(folder / name, partitioning="hive").to_table()


def rows(found, columns):
    return sorted(zip(*(plain(found[column]) for column in columns), strict=True), key=repr)


def plain(column):
    """Values as psycopg gives them."""
    values = column.to_pylist()
    return [value.astimezone(UTC) if hasattr(value, "hour") else value for value in values]


def stamps(folder):
    return {path: path.stat().st_mtime_ns for path in sorted(folder.rglob("*")) if path.is_file()}


def kill_after_first_batch(environment, plan, folder):
    """Start a load, and end it with its workers by SIGKILL once its first batch is there."""
    words = ["generate", plan, "--seed", "3", "--workers", "2", "--to", "parquet", folder]
    load = subprocess.Popen(
        [*COMMAND, *map(str, words)], env=environment, start_new_session=True, stderr=subprocess.DEVNULL
    )
    while not list((folder / "_parts").glob("batch=*.json")):
        assert load.poll() is None, "the load ended before it could be killed"
        time.sleep(0.02)
    os.killpg(load.pid, signal.SIGKILL)
    load.wait()
