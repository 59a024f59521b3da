"""The one request behind the growth page."""

import json
from datetime import date
from itertools import pairwise

import pytest
from django.http import HttpRequest

SOURCE = "/api/v1/batches/N-1/growth"


@pytest.fixture
def growth(login, growing):
    return lambda query="", number="N-1": login(growing).get(f"/api/v1/batches/{number}/growth{query}").json()


def test_columns_are_as_long_as_the_batch_and_agree(growth):
    states = growth()["states"]
    assert states["first"] == "2022-02-07"
    lengths = {
        len(column)
        for name, column in states.items()
        if isinstance(column, list) and name not in ("provenance", "model")
    }
    assert lengths == {750}
    assert sum(length for _, length in states["provenance"]) == 750
    assert states["model"] == [[0, 750]]
    weight, count, biomass = (states[f"hindsight_{name}"][-1] for name in ("weight_g", "count", "biomass_kg"))
    assert biomass == pytest.approx(weight * count / 1000, rel=1e-3)


def test_a_whole_batch_takes_less_than_100_kb(login, growing):
    answer = login(growing).get(SOURCE)
    assert len(answer.content) < 100_000


def test_it_is_sent_compressed_to_whoever_can_read_that(login, growing):
    answer = login(growing).get(SOURCE, headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < 40_000


def test_the_queries_are_five_statements_whatever_the_length(growing, statements):
    from grilse.api.growth import growth_of_batch
    from grilse.farm.tenancy import acting_for

    counts = []
    for number in ("N-1", "N-2", "N-3"):
        with acting_for(growing), statements() as count:
            growth_of_batch(HttpRequest(), number)
        counts.append(count[0])
    assert counts == [5, 5, 5]


def test_weeks_end_on_sunday_and_keep_the_deaths(growth):
    days, weeks = growth()["states"], growth("?every=week")["states"]
    assert date.fromisoformat(weeks["first"]).weekday() == 6
    assert weeks["step"] == 7
    assert sum(weeks["deaths"]) == sum(days["deaths"])
    assert weeks["hindsight_weight_g"][-1] == days["hindsight_weight_g"][-1]


def test_plan_and_weeks_share_their_dates(growth):
    answer = growth("?every=week")
    first, planned = (date.fromisoformat(answer[name]["first"]) for name in ("states", "plan"))
    assert (first - planned).days % 7 == 0


def test_one_container_is_a_request_of_its_own(growth, owner, growing):
    [placement] = owner.execute(
        "SELECT p.id FROM stock_placement p JOIN stock_batch b ON b.id = p.batch_id"
        " WHERE b.number = 'N-1' AND p.company_id = %s AND p.stop IS NULL ORDER BY p.id LIMIT 1",
        [growing],
    ).fetchone()
    answer = growth(f"?placement={placement}")
    assert len(answer["states"]["count"]) == 300
    assert answer["states"]["count"][0] < growth()["states"]["count"][450] / 5
    assert answer["plan"]["first"] == answer["states"]["first"]
    assert "count" not in answer["plan"]
    assert set(answer["marks"]["kind"]) == {"transfer", "delousing"}


def test_events_of_many_containers_are_one_mark_a_day(growth):
    marks = growth()["marks"]
    delousings = [i for i, kind in enumerate(marks["kind"]) if kind == "delousing"]
    assert [marks["containers"][i] for i in delousings] == [6] * 3
    moves = [i for i, kind in enumerate(marks["kind"]) if kind == "transfer"]
    assert [marks["what"][i] for i in moves] == ["Fry", "Parr", "Smolt", "Post-Smolt", "Adult"]
    assert [marks["day"][i] for i in moves] == [90, 180, 270, 360, 450]
    assert marks["count"][moves[0]] == pytest.approx(growth()["states"]["count"][90], rel=0.01)


def test_a_replaced_movement_is_no_mark(growth, owner, growing):
    before = growth(number="N-2")["marks"]
    old = owner.execute(
        "SELECT m.id, m.date, m.target_id FROM stock_movement m JOIN stock_placement p ON p.id = m.target_id"
        " JOIN stock_batch b ON b.id = p.batch_id WHERE b.number = 'N-2' AND m.kind = 'STOCKING'"
        " AND m.company_id = %s ORDER BY m.id LIMIT 1",
        [growing],
    ).fetchone()
    owner.execute(
        "INSERT INTO stock_movement (company_id, date, kind, target_id, count, replaces_id)"
        " VALUES (%s, %s, 'STOCKING', %s, 0, %s)",
        [growing, old[1], old[2], old[0]],
    )
    owner.commit()
    after = growth(number="N-2")["marks"]
    assert after["containers"][0] == before["containers"][0] - 1
    assert after["count"][0] == before["count"][0] // 2


def test_a_batch_without_states_still_has_its_plan(growth):
    answer = growth(number="N-3")
    assert answer["states"] is None
    assert len(answer["plan"]["mean_weight_g"]) == 900


def test_the_plan_runs_from_eggs_to_harvest_without_a_step(growth):
    plan = growth()["plan"]
    weight, count = plan["mean_weight_g"], plan["count"]
    assert weight[0] == pytest.approx(0.1, rel=0.05)
    assert weight[89] == pytest.approx(0.2)
    assert weight[449] == pytest.approx(500, rel=0.1)
    assert all(later >= earlier for earlier, later in pairwise(weight))
    assert max(later / earlier for earlier, later in pairwise(weight[90:])) < 1.25
    assert 0.6 < count[-1] / count[0] < 0.8


def test_what_is_not_known_is_null_and_never_nan(growth, owner, growing):
    owner.execute(
        "DELETE FROM growth_batchstate s USING stock_batch b"
        " WHERE b.id = s.batch_id AND b.number = 'N-2' AND s.day BETWEEN 100 AND 109 AND b.company_id = %s",
        [growing],
    )
    owner.commit()
    answer = growth(number="N-2")
    assert answer["states"]["hindsight_weight_g"][100:110] == [None] * 10
    assert "NaN" not in json.dumps(answer)


def test_an_unknown_step_is_refused(login, growing):
    assert login(growing).get(f"{SOURCE}?every=hour").status_code == 422


def test_an_unknown_batch_is_404(login, growing):
    answer = login(growing).get("/api/v1/batches/N-99/growth")
    assert answer.status_code == 404
    assert answer.json() == {"detail": "There is no batch N-99."}
