"""Back-tests as a user types them: on real pens, and on a generated history with its hidden truth."""

import os
import subprocess

import psycopg
import pytest
from tests.acceptance.commands import run_command, run_refused_command, run_report_command
from tests.package_files import build_two_pens, unpack_package, write_package

RULES = ["no growth", "constant TGC", "TGC of the last 8 weights", "mean of the last two"]
WAYS = ["plain TGC", "reset at each sample", "feed / FCR"]


def rows(environment):
    """How many rows every table has."""
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {name: connection.execute(f"SELECT count(*) FROM {name}".encode()).fetchone()[0] for (name,) in names}


def test_forecasts_of_real_pens_stand_beside_the_known_rules_of_thumb(installation, tmp_path):
    here = installation()
    pens = unpack_package("scottish-pens", tmp_path)
    before = rows(here)
    facts = run_report_command(here, "backtest", "--package", pens)
    month, quarter, half = facts["forecast"]

    assert [one["days"] for one in facts["forecast"]] == [30, 90, 180]
    assert (month["n"], quarter["n"], half["n"]) == (1107, 839, 486)
    # The reference of the package: 19.2, 6.3, 6.0, 5.6 and 48.4, 13.7, 18.6, 15.0 %.
    assert list(month["baselines"]) == RULES
    assert list(month["baselines"].values()) == pytest.approx([0.192, 0.063, 0.060, 0.056], abs=0.0006)
    assert list(quarter["baselines"].values()) == pytest.approx([0.484, 0.137, 0.186, 0.150], abs=0.003)
    assert month["mape"] < min(month["baselines"].values())
    assert quarter["mape"] < min(quarter["baselines"].values())
    assert 0.8 < month["coverage90"] < 0.98
    assert rows(here) == before


def test_a_history_is_held_against_its_truth_and_nothing_is_written(installation, tmp_path):
    here = installation()
    plan = tmp_path / "plan.yaml"
    run_command(dict(os.environ), "plan", "--ages", "300,880,890", "-o", plan)
    run_report_command(here, "generate", plan, "--seed", 3, "--workers", "1")
    before = rows(here)
    plot = tmp_path / "calibration.png"
    facts = run_report_command(here, "backtest", "--plot", plot, "--workers", "2")
    state = facts["state"]

    assert rows(here) == before
    assert plot.stat().st_size > 10_000
    assert facts["batches"] == 3
    assert [one["days"] for one in facts["forecast"]] == [30, 90, 180]
    assert all(list(one["baselines"]) == RULES and one["n"] > 20 for one in facts["forecast"])
    assert list(state["baselines"]) == WAYS
    assert set(state["coverage90"]) == {"weight", "count", "biomass"}
    assert 0.0 < state["biomass_mae"] < min(state["baselines"].values())
    assert abs(state["bias"]) < 0.03
    assert state["hindsight_mae"] < 0.05
    assert [one["stage"] for one in state["by_stage"]] == [2, 3, 4, 5, 6]
    assert facts["hindsight"]["biomass_with_harvest"]["better"] > 0.0
    assert facts["calibration"]["from"] is None

    assert run_report_command(here, "backtest", "--workers", "1") == facts
    quick = run_command(here, "backtest", "--batches", "1", "--no-learn", "--workers", "1")
    assert "Mean weight ahead: mean absolute error, %" in quick

    subprocess.run(["rm", "-r", f"{here['GRILSE_HOME']}/truth"], check=True)
    assert "make it again with `grilse generate" in run_refused_command(here, "backtest")


def test_without_a_history_or_pens_with_enough_weights_there_is_nothing_to_test(installation, tmp_path):
    here = installation()
    package = write_package(tmp_path / "two", build_two_pens())

    assert "there is no generated history to back-test" in run_refused_command(here, "backtest")
    assert "it takes 9 weights of a pen" in run_refused_command(here, "backtest", "--package", package)
    assert "is not a folder" in run_refused_command(here, "backtest", "--package", tmp_path / "none")
    assert "not for a package" in run_refused_command(here, "backtest", "--package", package, "--batches", 2)
    assert "no company" in run_refused_command(here, "backtest", "--company", "Nobody")
