"""Looks ahead over the JSON door."""

import pytest
from django.http import HttpRequest

SOURCE = "/api/v1/batches/N-1/projections"


@pytest.fixture
def look(login, growing):
    def looking(number: str = "N-1", **wish: object):
        return login(growing).post(f"/api/v1/batches/{number}/projections", wish, content_type="application/json")

    return looking


def test_before_the_first_look_there_is_none(login, growing):
    assert login(growing).get("/api/v1/batches/N-2/projections").json() == {"runs": [], "run": None}


def test_a_look_ahead_is_kept_and_shown_whole(login, growing, look):
    answer = look(target_g=3000)
    assert answer.status_code == 201
    shown = login(growing).get(SOURCE).json()
    run = shown["run"]
    assert run["id"] == answer.json()["id"] == shown["runs"][0]["id"]
    assert run["first"] == run["as_of"]
    assert len(run["weight_p50_g"]) == run["days"] + 1
    for name in ("weight_{}_g", "count_{}", "biomass_{}_kg"):
        low, middle, high = (run[name.format(level)] for level in ("p10", "p50", "p90"))
        assert all(a <= b <= c for a, b, c in zip(low, middle, high, strict=True))
    assert run["target"]["weight_g"] == 3000
    assert run["target"]["p10"] <= run["target"]["p50"] <= run["target"]["p90"]
    assert run["model"] == "growth model from the literature"


def test_any_other_target_is_read_from_the_same_run(login, growing, look):
    look(target_g=3000)
    run = login(growing).get(f"{SOURCE}?target_g=2500").json()["run"]
    assert run["target"]["weight_g"] == 2500
    assert run["target"]["chance"] is None


def test_a_run_from_an_earlier_day_is_held_against_what_came(login, growing, look):
    made = look(as_of="2023-09-01").json()["id"]
    run = login(growing).get(f"{SOURCE}?run={made}").json()["run"]
    assert run["as_of"] <= "2023-09-01"
    assert {30, 90} <= {came["days"] for came in run["came"]}
    assert set(run["came"][0]["off"]) == {"weight", "count", "biomass"}


def test_the_run_shown_on_an_earlier_day_knew_no_more_than_that_day(login, growing, look):
    old, new = look(as_of="2023-09-01").json()["id"], look().json()["id"]
    shown = login(growing).get(f"{SOURCE}?as_of=2023-10-01").json()
    assert shown["run"]["id"] == old
    assert shown["runs"][0]["id"] == new


def test_weeks_are_the_sundays_of_the_same_days(login, growing, look):
    look()
    days, weeks = (login(growing).get(f"{SOURCE}?every={step}").json()["run"] for step in ("day", "week"))
    assert weeks["step"] == 7
    assert set(weeks["weight_p50_g"]) <= set(days["weight_p50_g"])
    assert len(weeks["weight_p50_g"]) in (len(days["weight_p50_g"]) // 7, len(days["weight_p50_g"]) // 7 + 1)


def test_it_takes_five_statements_at_most(growing, look, statements):
    from grilse.access.tenancy import tenant_transaction
    from grilse.api.projections import read_projections

    look()
    with tenant_transaction(growing), statements() as count:
        read_projections(HttpRequest(), "N-1", target_g=None)
    assert count[0] <= 5


@pytest.mark.parametrize("wish", [{"target_g": 0}, {"target_g": "heavy"}, {"as_of": "soon"}])
def test_a_wish_that_is_not_understood_is_422(look, wish):
    assert look(**wish).status_code == 422


def test_where_no_fish_stood_the_answer_says_so(login, growing, look):
    answer = look(as_of="2021-01-01")
    assert answer.status_code == 422
    assert "there are no fish of N-1" in answer.json()["detail"]


def test_an_unknown_run_and_another_companys_batch_are_404(login, growing, elsewhere, look):
    assert login(growing).get(f"{SOURCE}?run=999999").status_code == 404
    assert look("O-1").status_code == 404
    assert login(growing).get("/api/v1/batches/O-1/projections").status_code == 404
