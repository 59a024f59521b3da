"""Estimating and listing daily states as a user types it."""

import csv

import psycopg
from tests.acceptance.commands import grilse, refusal, report

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
    imported = grilse(here, "states", "--batch", "farm-a-2019")
    with psycopg.connect(here["DATABASE_URL"]) as connection:
        connection.execute("TRUNCATE growth_dailystate, growth_batchstate")

    assert "run `grilse grow --batch farm-a-2019`" in refusal(here, "states", "--batch", "farm-a-2019")
    done = report(here, "grow", "--workers", "1")
    assert set(done) == {"batches", "states", "seconds"}
    assert (done["batches"], done["states"]) == (4, 10_537)

    listed = grilse(here, "states", "--batch", "farm-a-2019")
    assert listed == imported
    rows = list(csv.DictReader(listed.splitlines()))
    assert list(rows[0]) == COLUMNS
    assert (rows[0]["placement"], rows[0]["date"]) == ("farm-a-2019/05", "2019-04-22")
    assert float(rows[0]["mean_weight_g"]) == 147.3

    assert report(here, "grow", "--batch", "farm-a-2019", "--workers", "1")["batches"] == 1
    assert grilse(here, "states", "--batch", "farm-a-2019") == listed
    report(here, "grow", "--workers", "2")
    assert grilse(here, "states", "--batch", "farm-a-2019") == listed


def test_a_batch_that_is_not_there_is_refused_by_name(installation):
    here = installation()
    assert refusal(here, "grow", "--batch", "XX-1") == "error: there is no batch XX-1"
    assert refusal(here, "states", "--batch", "XX-1") == "error: there is no batch XX-1"
    assert refusal(here, "grow", "--company", "Nobody") == "error: there is no company Nobody"
