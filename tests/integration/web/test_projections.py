"""Projections over the API."""

import pytest
from django.http import HttpRequest

SOURCE = "/api/v1/batches/N-1/projections"


@pytest.fixture
def project_batch(login, growing_company):
    def request_projection(number: str = "N-1", **wish: object):
        return login(growing_company).post(
            f"/api/v1/batches/{number}/projections", wish, content_type="application/json"
        )

    return request_projection


def test_a_batch_without_a_projection_has_none(login, growing_company):
    assert login(growing_company).get("/api/v1/batches/N-2/projections").json() == {"runs": [], "run": None}


def test_a_projection_is_stored_and_shown_in_full(login, growing_company, project_batch):
    answer = project_batch(target_g=3000)
    assert answer.status_code == 201
    shown = login(growing_company).get(SOURCE).json()
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


def test_any_other_target_is_read_from_the_same_run(login, growing_company, project_batch):
    project_batch(target_g=3000)
    run = login(growing_company).get(f"{SOURCE}?target_g=2500").json()["run"]
    assert run["target"]["weight_g"] == 2500
    assert run["target"]["chance"] is None


def test_a_run_from_an_earlier_day_is_compared_with_the_records(login, growing_company, project_batch):
    run_id = project_batch(as_of="2023-09-01").json()["id"]
    run = login(growing_company).get(f"{SOURCE}?run={run_id}").json()["run"]
    assert run["as_of"] <= "2023-09-01"
    assert {30, 90} <= {came["days"] for came in run["came"]}
    assert set(run["came"][0]["off"]) == {"weight", "count", "biomass"}


def test_the_run_shown_on_an_earlier_day_knew_no_more_than_that_day(login, growing_company, project_batch):
    old, new = project_batch(as_of="2023-09-01").json()["id"], project_batch().json()["id"]
    shown = login(growing_company).get(f"{SOURCE}?as_of=2023-10-01").json()
    assert shown["run"]["id"] == old
    assert shown["runs"][0]["id"] == new


def test_weeks_are_the_sundays_of_the_same_days(login, growing_company, project_batch):
    project_batch()
    days, weeks = (login(growing_company).get(f"{SOURCE}?every={step}").json()["run"] for step in ("day", "week"))
    assert weeks["step"] == 7
    assert set(weeks["weight_p50_g"]) <= set(days["weight_p50_g"])
    assert len(weeks["weight_p50_g"]) in (len(days["weight_p50_g"]) // 7, len(days["weight_p50_g"]) // 7 + 1)


def test_it_takes_five_statements_at_most(growing_company, project_batch, statements):
    from grilse.access.tenancy import tenant_transaction
    from grilse.api.projections import read_projections

    project_batch()
    with tenant_transaction(growing_company), statements() as count:
        read_projections(HttpRequest(), "N-1", target_g=None)
    assert count[0] <= 5


@pytest.mark.parametrize("wish", [{"target_g": 0}, {"target_g": "heavy"}, {"as_of": "soon"}])
def test_an_invalid_request_is_422(project_batch, wish):
    assert project_batch(**wish).status_code == 422


def test_where_no_fish_stood_the_answer_says_so(login, growing_company, project_batch):
    answer = project_batch(as_of="2021-01-01")
    assert answer.status_code == 422
    assert "there are no fish of N-1" in answer.json()["detail"]


def test_an_unknown_run_and_another_companys_batch_are_404(login, growing_company, other_company, project_batch):
    assert login(growing_company).get(f"{SOURCE}?run=999999").status_code == 404
    assert project_batch("O-1").status_code == 404
    assert login(growing_company).get("/api/v1/batches/O-1/projections").status_code == 404
