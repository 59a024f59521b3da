"""Estimating and listing daily states as a user types it."""

import csv

import psycopg
from tests.acceptance.commands import run_command, run_refused_command, run_report_command

COLUMNS = [
    "placement",
    "date",
    "count",
    "mean_weight_g",
    "temperature_c",
    "count_estimate",
    "count_sd",
    "mean_weight_sd_g",
    "biomass_kg",
    "biomass_sd_kg",
    "provenance",
]


def test_all_batches_or_one_are_estimated_and_their_states_are_the_same(installation, pens):
    here = installation(pens)
    imported = run_command(here, "states", "--batch", "farm-a-2019")
    with psycopg.connect(here["DATABASE_URL"]) as connection:
        connection.execute("TRUNCATE growth_dailystate, growth_batchstate")

    assert "run `grilse grow --batch farm-a-2019`" in run_refused_command(here, "states", "--batch", "farm-a-2019")
    done = run_report_command(here, "grow", "--workers", "1")
    assert set(done) == {"batches", "states", "seconds"}
    assert (done["batches"], done["states"]) == (4, 10_537)

    listed = run_command(here, "states", "--batch", "farm-a-2019")
    assert listed == imported
    rows = list(csv.DictReader(listed.splitlines()))
    assert list(rows[0]) == COLUMNS
    assert (rows[0]["placement"], rows[0]["date"]) == ("farm-a-2019/05", "2019-04-22")
    assert float(rows[0]["mean_weight_g"]) == 147.3

    assert run_report_command(here, "grow", "--batch", "farm-a-2019", "--workers", "1")["batches"] == 1
    assert run_command(here, "states", "--batch", "farm-a-2019") == listed
    run_report_command(here, "grow", "--workers", "2")
    assert run_command(here, "states", "--batch", "farm-a-2019") == listed


def test_a_batch_that_is_not_there_is_refused_by_name(installation):
    here = installation()
    assert run_refused_command(here, "grow", "--batch", "XX-1") == "error: there is no batch XX-1"
    assert run_refused_command(here, "states", "--batch", "XX-1") == "error: there is no batch XX-1"
    assert run_refused_command(here, "grow", "--company", "Nobody") == "error: there is no company Nobody"
