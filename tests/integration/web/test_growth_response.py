"""The one request behind the growth page."""

import json
from datetime import date
from itertools import pairwise

import pytest
from django.http import HttpRequest

SOURCE = "/api/v1/batches/N-1/growth"


@pytest.fixture
def growth(login, growing_company):
    return lambda query="", number="N-1": login(growing_company).get(f"/api/v1/batches/{number}/growth{query}").json()


def test_columns_are_as_long_as_the_batch_and_agree(growth):
    states = growth()["states"]
    assert states["first"] == "2022-02-07"
    lengths = {
        len(column)
        for name, column in states.items()
        if isinstance(column, list) and name not in ("provenance", "carried_forward", "model")
    }
    assert lengths == {750}
    assert sum(length for _, length in states["provenance"]) == 750
    assert states["model"] == [[0, 750]]
    weight, count, biomass = (states[f"hindsight_{name}"][-1] for name in ("weight_g", "count", "biomass_kg"))
    assert biomass == pytest.approx(weight * count / 1000, rel=1e-3)


def test_a_whole_batch_takes_less_than_100_kb(login, growing_company):
    answer = login(growing_company).get(SOURCE)
    assert len(answer.content) < 100_000


def test_it_is_sent_compressed_to_whoever_can_read_that(login, growing_company):
    answer = login(growing_company).get(SOURCE, headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < 40_000


def test_the_queries_are_five_statements_whatever_the_length(growing_company, statements):
    from grilse.access.tenancy import tenant_transaction
    from grilse.api.growth import read_growth

    counts = []
    for number in ("N-1", "N-2", "N-3"):
        with tenant_transaction(growing_company), statements() as count:
            read_growth(HttpRequest(), number)
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


def test_one_container_is_a_request_of_its_own(growth, owner, growing_company):
    [placement] = owner.execute(
        "SELECT p.id FROM stock_placement p JOIN stock_batch b ON b.id = p.batch_id"
        " WHERE b.number = 'N-1' AND p.company_id = %s AND p.stop IS NULL ORDER BY p.id LIMIT 1",
        [growing_company],
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


def test_a_replaced_movement_is_no_mark(growth, owner, growing_company):
    before = growth(number="N-2")["marks"]
    old = owner.execute(
        "SELECT m.id, m.date, m.target_id FROM stock_movement m JOIN stock_placement p ON p.id = m.target_id"
        " JOIN stock_batch b ON b.id = p.batch_id WHERE b.number = 'N-2' AND m.kind = 'STOCKING'"
        " AND m.company_id = %s ORDER BY m.id LIMIT 1",
        [growing_company],
    ).fetchone()
    owner.execute(
        "INSERT INTO stock_movement (company_id, date, kind, target_id, count, replaces_id)"
        " VALUES (%s, %s, 'STOCKING', %s, 0, %s)",
        [growing_company, old[1], old[2], old[0]],
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


def test_what_is_not_known_is_null_and_never_nan(growth, owner, growing_company):
    owner.execute(
        "DELETE FROM growth_batchstate s USING stock_batch b"
        " WHERE b.id = s.batch_id AND b.number = 'N-2' AND s.day BETWEEN 100 AND 109 AND b.company_id = %s",
        [growing_company],
    )
    owner.commit()
    answer = growth(number="N-2")
    assert answer["states"]["hindsight_weight_g"][100:110] == [None] * 10
    assert "NaN" not in json.dumps(answer)


def test_an_unknown_step_is_refused(login, growing_company):
    assert login(growing_company).get(f"{SOURCE}?every=hour").status_code == 422


def test_an_unknown_batch_is_404(login, growing_company):
    answer = login(growing_company).get("/api/v1/batches/N-99/growth")
    assert answer.status_code == 404
    assert answer.json()["detail"] == "there is no batch N-99"


def test_what_was_known_on_each_day_is_an_answer_of_its_own(growth, login, growing_company):
    best = growth()["states"]
    answer = login(growing_company).get(f"{SOURCE}/as-known")
    known = answer.json()["states"]
    assert known["first"] == best["first"]
    assert len(known["mean_weight_g"]) == len(best["hindsight_weight_g"])
    assert known["mean_weight_g"][-1] < best["hindsight_weight_g"][-1]
    assert len(answer.content) < 40_000
    weeks = login(growing_company).get(f"{SOURCE}/as-known?every=week").json()["states"]
    assert weeks["mean_weight_g"][-1] == known["mean_weight_g"][-1]


def test_what_was_known_takes_two_statements(growing_company, statements):
    from grilse.access.tenancy import tenant_transaction
    from grilse.api.growth import read_growth_as_known

    with tenant_transaction(growing_company), statements() as count:
        read_growth_as_known(HttpRequest(), "N-1")
    assert count[0] == 2


def test_as_of_a_day_later_records_are_ignored(growth, owner, growing_company):
    before = growth("?as_of=2023-03-01", number="N-2")
    owner.execute(
        "UPDATE stock_weightsample w SET mean_weight_g = 2 * mean_weight_g"
        " FROM stock_placement p, stock_batch b"
        " WHERE p.id = w.placement_id AND b.id = p.batch_id AND b.number = 'N-2' AND w.date > '2023-03-01'"
        " AND w.company_id = %s",
        [growing_company],
    )
    owner.commit()
    assert growth("?as_of=2023-03-01", number="N-2") == before
    assert max(before["samples"]["day"] + before["marks"]["day"]) <= 387
    assert len(before["states"]["count"]) <= 388
    assert before["as_of"] == "2023-03-01"


@pytest.mark.parametrize(
    ("day", "why"), [("2022-02-06", "batch N-1 starts on 2022-02-07"), ("2100-01-01", "is later than tomorrow")]
)
def test_as_of_a_day_before_the_batch_or_in_the_future_is_refused(login, growing_company, day, why):
    for address in (SOURCE, f"{SOURCE}/as-known"):
        answer = login(growing_company).get(f"{address}?as_of={day}")
        assert answer.status_code == 422
        assert why in answer.json()["detail"]


def test_as_of_the_first_day_the_fish_are_where_they_were_stocked(growth):
    answer = growth("?as_of=2022-02-07")
    assert answer["latest"]["date"] == "2022-02-07"
    assert answer["latest"]["stage"] == "Egg&Alevin"
    assert answer["samples"]["day"] == []


def test_the_latest_figures_are_those_of_the_chart_on_the_same_day(growth):
    for query in ("", "?as_of=2023-03-01", "?every=week"):
        answer = growth(query)
        latest, states = answer["latest"], answer["states"]
        for name in ("weight_g", "weight_sd_g", "biomass_kg", "biomass_sd_kg"):
            figure = latest[f"mean_{name}" if "weight" in name else name]
            assert figure == pytest.approx(states[f"hindsight_{name}"][-1], rel=1e-3), (query, name)
        assert latest["count"] == states["count"][-1]
    assert growth("?as_of=2023-03-01")["latest"]["date"] <= "2023-03-01"


def test_the_current_stage_begins_with_the_sea_transfer(growth):
    latest = growth()["latest"]
    assert (latest["stage"], latest["stage_start"], latest["day"]) == ("Adult", "2023-05-03", 749)
    assert latest["site"] == "N-1-SEA-11"
    smolt = growth("?as_of=2022-12-01")["latest"]
    assert (smolt["stage"], smolt["stage_start"]) == ("Smolt", "2022-11-04")


def test_a_week_that_is_not_over_is_compared_with_the_plan_of_the_same_day(growth):
    days, weeks = growth("?as_of=2023-03-01"), growth("?as_of=2023-03-01&every=week")
    last = weeks["part_weeks"][-1]
    index = len(weeks["states"]["count"]) - 1
    assert last["last"] == days["latest"]["date"] < last["sunday"]
    day = (date.fromisoformat(last["last"]) - date.fromisoformat(days["plan"]["first"])).days
    offset = (date.fromisoformat(weeks["states"]["first"]) - date.fromisoformat(weeks["plan"]["first"])).days // 7
    assert weeks["plan"]["mean_weight_g"][index + offset] == days["plan"]["mean_weight_g"][day]
    assert weeks["states"]["mortality_pct_week"][index] == days["states"]["mortality_pct_week"][-1]


def test_estimates_without_records_are_runs_and_in_no_figure(growth, owner, growing_company):
    owner.execute(
        "UPDATE growth_batchstate s SET provenance = provenance | 32768 FROM stock_batch b"
        " WHERE b.id = s.batch_id AND b.number = 'N-1' AND s.day > 700 AND s.company_id = %s",
        [growing_company],
    )
    owner.commit()
    answer = growth()
    assert answer["states"]["carried_forward"] == [[0, 701], [1, 49]]
    assert answer["latest"]["day"] == 700
    assert answer["latest"]["mean_weight_g"] == answer["states"]["hindsight_weight_g"][700]
    assert answer["against_plan"]["date"] == answer["latest"]["date"]
    assert answer["states"]["mortality_pct_week"][701:] == [None] * 49
    weeks = growth("?every=week")
    assert weeks["states"]["carried_forward"][-1][0] == 1
    assert weeks["part_weeks"][-2]["last"] == answer["latest"]["date"]
    owner.execute("UPDATE growth_batchstate SET provenance = provenance & ~32768")
    owner.commit()


def test_a_batch_that_nobody_planned_has_no_plan(growth, owner, growing_company):
    owner.execute("CREATE TABLE kept AS SELECT * FROM planning_plannedstage")
    owner.execute("DELETE FROM planning_plannedstage")
    owner.commit()
    answer = growth()
    assert answer["plan"] is answer["against_plan"] is None
    owner.execute("INSERT INTO planning_plannedstage SELECT * FROM kept")
    owner.execute("DROP TABLE kept")
    owner.commit()
    assert growth()["plan"]["stages"][-1]["stop"] == "2024-07-26"


def test_the_plan_ends_with_its_planned_harvest(growth):
    plan = growth()["plan"]
    last = date.fromisoformat(plan["first"]).toordinal() + len(plan["mean_weight_g"])
    assert date.fromordinal(last).isoformat() == plan["stages"][-1]["stop"]


def test_as_of_a_day_one_container_is_answered_too(growth, owner, growing_company):
    [placement] = owner.execute(
        "SELECT min(p.id) FROM stock_placement p JOIN stock_batch b ON b.id = p.batch_id"
        " WHERE b.number = 'N-1' AND p.company_id = %s",
        [growing_company],
    ).fetchone()
    answer = growth(f"?as_of=2022-03-01&placement={placement}")
    assert answer["states"]["first"] == "2022-02-07"


def test_the_plan_is_beside_the_newest_state(growth):
    answer = growth()
    against, last = answer["against_plan"], answer["states"]["hindsight_weight_g"][-1]
    planned = answer["plan"]["mean_weight_g"][len(answer["states"]["count"]) - 1]
    assert against["weight_g"] == pytest.approx(last - planned, abs=0.002 * last)
    assert against["weight_pct"] == pytest.approx(100 * (last / planned - 1), abs=0.1)
    assert (against["days"] > 0) == (against["weight_g"] > 0)


def test_the_source_of_the_growth_model_is_shown(growth, owner, growing_company):
    [version] = owner.execute(
        "INSERT INTO growth_growthmodel (company_id, name, tgc, source, learned_before, learned)"
        " VALUES (%s, 'Learned', '{}', '', '2022-06-01', '{}') RETURNING id",
        [growing_company],
    ).fetchone()
    owner.execute(
        "UPDATE growth_batchstate s SET growth_model_id = %s FROM stock_batch b WHERE b.id = s.batch_id"
        " AND b.number = 'N-1' AND s.date >= '2022-06-01' AND s.company_id = %s",
        [version, growing_company],
    )
    owner.commit()
    answer = growth()
    assert answer["models"] == {str(version): "growth model learned from harvests before 1 Jun 2022"}
    assert answer["states"]["model"] == [[0, 114], [version, 636]]
    owner.execute("UPDATE growth_batchstate SET growth_model_id = NULL")
    owner.execute("DELETE FROM growth_growthmodel WHERE id = %s", [version])
    owner.commit()


def test_as_of_a_day_after_everything_is_what_is_stored(growth, owner, growing_company):
    from grilse.growth.estimating.run import estimate_batches

    [batch] = owner.execute(
        "SELECT id FROM stock_batch WHERE number = 'N-2' AND company_id = %s", [growing_company]
    ).fetchone()
    estimate_batches(owner, growing_company, [batch])
    owner.commit()
    stored, fresh = growth(number="N-2"), growth("?as_of=2024-01-01", number="N-2")
    assert {**fresh, "as_of": None} == stored
