"""Learning growth from harvested batches, as a user types it."""

import csv

from tests.acceptance.commands import run_command, run_refused_command, run_report_command


def weights(here, batch):
    """Mean weights that `grilse states` lists, by placement and date."""
    rows = csv.DictReader(run_command(here, "states", "--batch", batch).splitlines())
    return {(row["placement"], row["date"]): row["mean_weight_g"] for row in rows}


def test_harvests_teach_a_version_that_later_days_use_and_earlier_ones_do_not(installation, pens):
    here = installation(pens)
    before = weights(here, "farm-a-2019")

    learned = run_report_command(here, "learn", "--before", "2020-01-15", "--workers", "1")
    (version,) = learned["versions"]
    assert version["name"] == "Learned from harvests before 2020-01-15"
    assert version["new"] is True
    assert version["batches"] == 3
    assert learned["states"] > 0

    after = weights(here, "farm-a-2019")
    assert after.keys() == before.keys()
    changed = sorted(date for key, value in after.items() if value != before[key] for date in [key[1]])
    assert changed
    assert changed[0] >= "2020-01-15"

    again = run_report_command(here, "learn", "--before", "2020-01-15", "--workers", "1")
    assert again["versions"] == [{**version, "new": False}]
    assert again["states"] == 0
    assert "(it was there)" in run_command(here, "learn", "--before", "2020-01-15", "--workers", "1")


def test_nothing_harvested_is_nothing_to_learn_from(installation, pens):
    here = installation(pens)
    assert (
        run_refused_command(here, "learn", "--before", "2000-01-01")
        == "error: no batch was harvested before 2000-01-01: there is nothing to learn from"
    )
    assert run_refused_command(here, "learn", "--company", "Nobody") == "error: there is no company Nobody"
