"""What is impossible is refused, and what is unlikely is asked about until somebody confirms it."""

import json
import re

import pytest
from tests.edited_farm import at, on

from grilse.environment.models import Reading
from grilse.stock.models import Movement

LINES = "application/x-ndjson"


@pytest.fixture(scope="module")
def manager(estimated_farm, program):
    return program(estimated_farm.company, "manager")


def build_harvest(farm, day=43, gutted_kg=160, **values):
    """1,000 fish of 200 g, alive 200 kg."""
    grades = [{"grade": "superior", "count": 1000, "gutted_kg": gutted_kg}]
    return {"placement": farm.placements["A/P1"], "date": str(on(day)), "count": 1000, "grades": grades} | values


def build_sample(farm, grams, day=43):
    return {"placement": farm.placements["A/P2"], "date": str(on(day)), "fish_weighed": 30, "mean_weight_g": grams}


def read_problem(response, status):
    assert response.status_code == status, response.content
    return response.json()["detail"], [error.get("code") for error in response.json()["errors"]]


@pytest.mark.parametrize("gutted_kg", [1600, 220, 0])
def test_gutted_fish_that_outweigh_live_ones_are_refused(estimated_farm, manager, gutted_kg):
    harvest = build_harvest(estimated_farm, gutted_kg=gutted_kg, mean_weight_g=200)

    why, codes = read_problem(manager.post("/harvests", {"harvests": [harvest], "confirm": True}), 422)
    assert why.startswith(f"1,000 fish of A/P1 weigh {gutted_kg:,} kg gutted, {gutted_kg / 2:,.1f} % of the 200 kg")
    assert codes == [None]


def test_an_unlikely_gutted_weight_is_asked_about_and_then_accepted(estimated_farm, manager):
    harvest = build_harvest(estimated_farm, gutted_kg=120, mean_weight_g=200)

    why, codes = read_problem(manager.post("/harvests", {"harvests": [harvest]}), 409)
    assert why.endswith('or confirm them; to confirm, send it again with "confirm": ["gutted_weight"]')
    assert codes == ["gutted_weight"]
    assert manager.post("/harvests", {"harvests": [harvest], "confirm": ["weight"]}).status_code == 409
    accepted = manager.post("/harvests", {"harvests": [harvest], "confirm": ["gutted_weight"]})
    assert accepted.status_code == 201, accepted.content
    [movement] = [row["movement"] for row in accepted.json()]
    changed = build_harvest(estimated_farm, gutted_kg=130, mean_weight_g=200) | {"because": "weighed again"}
    assert manager.put(f"/harvests/{movement}", changed).status_code == 409
    corrected = manager.put(f"/harvests/{movement}", changed | {"confirm": True})
    assert corrected.status_code == 200
    assert manager.delete(f"/harvests/{corrected.json()['movement']}?reason=a+test").status_code == 200


def test_gutted_fish_are_compared_with_the_estimate_where_they_were_not_weighed_alive(estimated_farm, manager):
    """The estimate is near 170 g; since it may be wrong, it refuses nothing."""
    for gutted_kg in (250, 1400, 90):
        heavy = build_harvest(estimated_farm, gutted_kg=gutted_kg)
        assert read_problem(manager.post("/harvests", {"harvests": [heavy]}), 409)[1] == ["gutted_weight"]
    empty = build_harvest(estimated_farm, gutted_kg=0)
    assert read_problem(manager.post("/harvests", {"harvests": [empty]}), 422)[1] == [None]


def test_a_code_that_does_not_exist_is_refused_with_those_that_do(estimated_farm, manager):
    body = {"harvests": [build_harvest(estimated_farm)], "confirm": ["everything"]}

    why, _ = read_problem(manager.post("/harvests", body), 422)
    assert "'deaths', 'gutted_weight', 'weight' or 'readings'" in str(why) + str(manager.post("/harvests", body).json())


def test_a_sample_in_kilograms_or_of_surprising_fish_is_asked_about(estimated_farm, manager):
    samples = "/weight-samples"
    why, codes = read_problem(manager.post(samples, {"samples": [build_sample(estimated_farm, 0.16)]}), 409)
    assert why.startswith(f"fish of A/P2 weigh 0.16 g on {on(43)}, expected are 1")
    assert "correct this weight or those before it, or confirm it" in why
    assert codes == ["weight"]

    surprising = [build_sample(estimated_farm, 260)]
    assert read_problem(manager.post(samples, {"samples": surprising}), 409)[1] == ["weight"]
    accepted = manager.post(samples, {"samples": surprising, "confirm": ["weight"]})
    assert accepted.status_code == 201
    [key] = accepted.json()["ids"]
    assert manager.delete(f"{samples}/{key}?reason=a+test").status_code == 200


def test_fish_of_one_end_of_the_range_are_not_asked_about(estimated_farm, manager):
    largest = build_sample(estimated_farm, 300) | {"selection": "largest"}

    accepted = manager.post("/weight-samples", {"samples": [largest]})
    assert accepted.status_code == 201
    [key] = accepted.json()["ids"]
    assert manager.delete(f"/weight-samples/{key}?reason=a+test").status_code == 200


def test_many_deaths_are_asked_about_and_more_than_there_are_fish_refused(estimated_farm, manager):
    def build_deaths(count):
        losses = [{"placement": estimated_farm.placements["B/P3"], "count": count, "cause": ""}]
        return {"date": str(on(44)), "losses": losses}

    why, codes = read_problem(manager.post("/losses", build_deaths(700)), 409)
    assert why.startswith(f"700 of 6,470 fish of B/P3 (11 %) died on {on(44)}: correct the count, or confirm it")
    assert codes == ["deaths"]
    assert read_problem(manager.post("/losses", build_deaths(7000) | {"confirm": True}), 422)[1] == []
    accepted = manager.post("/losses", build_deaths(700) | {"confirm": ["deaths"]})
    assert accepted.status_code == 201
    [key] = accepted.json()["ids"]
    assert manager.delete(f"/movements/{key}?reason=a+test").status_code == 200


def test_a_move_of_fish_of_another_weight_is_asked_about(estimated_farm, manager):
    farm = estimated_farm
    pens = {"source": farm.placements["A/P1"], "container": farm.containers["P2"], "count": 9}
    order = manager.post("/transfer-orders", {"batch": farm.batches["A"], "date": str(on(43)), "lines": [pens]}).json()
    move = {"line": order["lines"][0], "date": str(on(43)), "count": 9, "mean_weight_g": 300}

    address = f"/transfer-orders/{order['order']}/moves"
    assert read_problem(manager.post(address, {"moves": [move]}), 409)[1] == ["weight"]
    assert manager.post(address, {"moves": [move], "confirm": True}).status_code == 201
    assert Movement.objects.using("owner").filter(mean_weight_g=300, count=9).exists()


def test_oxygen_in_another_unit_is_asked_about(estimated_farm, program):
    logger = program(estimated_farm.company, "operator").client
    lines = "\n".join(
        json.dumps({"container": "P1", "at": at(40, hour).isoformat(), "oxygen_pct": value})
        for hour, value in ((1, 8.9), (2, 9.1), (3, 95))
    )

    why, codes = read_problem(logger.post("/api/v1/readings", lines, content_type=LINES), 409)
    assert why.startswith("oxygen_pct of P1 is 37.7 on average, usual are 20 to 200: are they % of saturation, and not")
    assert codes == ["readings"]
    assert not Reading.objects.using("owner").filter(oxygen_pct__lt=10).exists()
    accepted = logger.post("/api/v1/readings?confirm=readings", lines, content_type=LINES)
    assert accepted.status_code == 200, accepted.content
    assert accepted.json()["changed"] == 3


def test_a_temperature_far_from_that_of_the_days_nearby_is_asked_about(estimated_farm, program):
    logger = program(estimated_farm.company, "operator").client

    def build_lines(day, *values):
        return "\n".join(
            json.dumps({"container": "P1", "at": at(day, hour).isoformat(), "temperature_c": value})
            for hour, value in enumerate(values, start=1)
        )

    why, codes = read_problem(logger.post("/api/v1/readings", build_lines(43, 19.4, 19.6), content_type=LINES), 409)
    assert re.match(rf"temperature_c of P1 is 19.5 on {on(43)}, and was [\d.]+ on {on(43)}: correct or confirm", why)
    assert codes == ["readings"]
    accepted = logger.post("/api/v1/readings?confirm=readings", build_lines(43, 19.4, 19.6), content_type=LINES)
    assert accepted.json()["changed"] == 2
    # What is stored is expected, and so is a single value of another size.
    for lines in (build_lines(43, 19.4, 19.6), build_lines(44, 18.0, 19.0, 2.0)):
        assert logger.post("/api/v1/readings", lines, content_type=LINES).status_code == 200


def test_a_single_low_value_is_no_other_unit(estimated_farm, program):
    logger = program(estimated_farm.company, "operator").client
    lines = "\n".join(
        json.dumps({"container": "P1", "at": at(41, hour).isoformat(), "oxygen_pct": value})
        for hour, value in ((1, 3.0), (2, 91), (3, 95))
    )
    assert logger.post("/api/v1/readings", lines, content_type=LINES).status_code == 200
