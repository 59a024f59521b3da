"""Looking ahead as a user types it."""

from tests.acceptance.commands import run_command, run_refused_command, run_report_command

FUTURE = ("--as-of", "2019-03-05", "--days", "100", "--members", "60", "--target", "2500", "--workers", "1")


def test_batches_are_projected_kept_and_held_against_what_came(installation, pens):
    here = installation(pens)
    made = run_report_command(here, "project", *FUTURE)
    assert [run["batch"] for run in made["runs"]] == ["farm-c-2018", "farm-d-2018", "farm-d-2019"]
    run = made["runs"][0]
    assert set(run) == {
        *("run", "batch", "made_at", "as_of", "days", "members", "seed", "target", "ahead", "against_plan")
    }
    assert [one["days"] for one in run["ahead"]] == [0, 30, 90, 100]
    assert set(run["ahead"][1]) == {*("days", "date", "weight_g", "count", "biomass_kg", "dense_chance", "full_chance")}
    assert run["ahead"][1]["weight_g"]["p10"] < run["ahead"][1]["weight_g"]["p90"]
    assert run["against_plan"] is None  # the package has no plan of these batches

    again = run_report_command(here, "project", *FUTURE, "--batch", "farm-c-2018")
    assert [one["ahead"] for one in again["runs"]] == [run["ahead"]]
    assert "farm-c-2018" in run_command(here, "project", *FUTURE, "--batch", "farm-c-2018")

    listed = run_report_command(here, "projections", "--batch", "farm-c-2018")["runs"]
    assert len(listed) == 3
    assert listed[-1] == {name: run[name] for name in listed[-1]}
    assert "farm-d-2018" in run_command(here, "projections")

    held = run_report_command(here, "projections", "--run", run["run"])
    assert held["came"][0]["days"] == 30
    assert set(held["came"][0]["weight_g"]) == {"p10", "p50", "p90", "came", "error", "inside"}
    assert "beside what came" in run_command(here, "projections", "--run", run["run"])


def test_what_cannot_be_projected_is_refused_in_one_line(installation, pens):
    here = installation(pens)
    assert run_refused_command(here, "project", "--batch", "XX-1") == "error: there is no batch XX-1"
    assert (
        run_refused_command(here, "project", "--batch", "farm-c-2018")
        == "error: there are no fish of farm-c-2018, so there is nothing to project"
    )
    assert run_refused_command(here, "project", "--members", "3").startswith(
        "error: an ensemble has at least 20 members"
    )
    assert run_refused_command(here, "projections", "--run", "99").startswith("error: there is no projection 99")
    assert run_report_command(here, "project", "--workers", "1")["runs"] == []
    assert "no active batch to project" in run_command(here, "project", "--workers", "1")
