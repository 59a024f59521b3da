"""What is impossible is refused, and what is unlikely is asked about until somebody confirms it."""

import json
import re

import pytest
from tests.edited_farm import at, on

from grilse.environment.models import Reading
from grilse.farm.models import Container
from grilse.stock.models import Movement, Species

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
    known = "'counts', 'deaths', 'density', 'feed', 'gutted_weight', 'weight', 'readings' or 'repeated'"
    assert known in str(why) + str(manager.post("/harvests", body).json())


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


def ask_and_confirm(manager, address, body, code, why):
    """Send what is asked about, then confirm it, and withdraw what came of it."""
    asked, codes = read_problem(manager.post(address, body), 409)
    assert why in asked
    assert codes == [code]
    accepted = manager.post(address, {**body, "confirm": [code]})
    assert accepted.status_code == 201, accepted.content
    answer = accepted.json()
    if address == "/batches":
        addresses = [f"/batches/{answer['batch']}"]
    elif address == "/harvests":
        addresses = [f"/harvests/{row['movement']}" for row in answer]
    else:
        addresses = [f"{address}/{key}" for key in answer["ids"]]
    for one in addresses:
        assert manager.delete(f"{one}?reason=a+test").status_code == 200


@pytest.mark.parametrize("count", [500, 59_750])
def test_a_count_of_a_pen_that_is_a_digit_off_is_asked_about(estimated_farm, manager, count):
    new = {"placement": estimated_farm.placements["A/P1"], "date": str(on(42)), "count": count}
    difference = f"{abs(5975 - count):,} fish {'more' if count < 5975 else 'fewer'} than were counted or left"

    ask_and_confirm(manager, "/fish-counts", {"counts": [new]}, "counts", f"the ledger of A/P1 has {difference}")
    assert manager.post("/fish-counts", {"counts": [new | {"count": 5_400}]}).status_code == 201
    [key] = [row["id"] for row in manager.get("/fish-counts").json()["items"]]
    assert manager.put(f"/fish-counts/{key}", new | {"because": "a slip"}).status_code == 409
    assert manager.delete(f"/fish-counts/{key}?reason=a+test").status_code == 200


def test_a_pen_that_ends_with_many_fish_left_is_asked_about(estimated_farm, manager):
    harvest = {"placement": estimated_farm.placements["A/P1"], "date": str(on(43)), "count": 597, "last": True}

    ask_and_confirm(manager, "/harvests", {"harvests": [harvest]}, "counts", "the ledger of A/P1 has 5,3")


@pytest.mark.parametrize(
    ("address", "items", "row"),
    [
        ("/weight-samples", "samples", {"fish_weighed": 7_000, "mean_weight_g": 170}),
        ("/lice-counts", "counts", {"fish_counted": 7_000}),
        ("/health-samples", "samples", {"fish": 7_000}),
    ],
)
def test_samples_of_more_fish_than_there_are_are_asked_about(estimated_farm, manager, address, items, row):
    new = {"placement": estimated_farm.placements["A/P1"], "date": str(on(43)), **row}

    ask_and_confirm(
        manager, address, {items: [new]}, "counts", "7,000 fish of A/P1 examined on 2024-02-13, which had 5"
    )


def test_cameras_may_see_a_fish_twice(estimated_farm, manager):
    sample = build_sample(estimated_farm, 160) | {"fish_weighed": 7_000, "method": "CAMERA"}
    accepted = manager.post("/weight-samples", {"samples": [sample]})
    assert accepted.status_code == 201, accepted.content
    assert manager.delete(f"/weight-samples/{accepted.json()['ids'][0]}?reason=a+test").status_code == 200


@pytest.mark.parametrize(
    ("values", "why"),
    [({"sd_g": 1600}, "a spread of 1,600 g"), ({"mean_length_cm": 180}, "a condition factor of 0.00274")],
)
def test_a_spread_or_a_length_in_another_unit_is_asked_about(estimated_farm, manager, values, why):
    ask_and_confirm(
        manager, "/weight-samples", {"samples": [build_sample(estimated_farm, 160) | values]}, "weight", why
    )


def test_a_weight_long_after_the_last_estimate_is_what_fish_can_have_grown_to(estimated_farm, manager):
    """The estimate of day 44 is near 150 g; salmon of 400 days more weigh up to 40 kg."""
    late = {"samples": [build_sample(estimated_farm, 4_000, day=444)]}
    accepted = manager.post("/weight-samples", late)
    assert accepted.status_code == 201, accepted.content
    assert manager.delete(f"/weight-samples/{accepted.json()['ids'][0]}?reason=a+test").status_code == 200
    for grams in (90_000, 15):
        heavy = {"samples": [build_sample(estimated_farm, grams, day=444)]}
        ask_and_confirm(manager, "/weight-samples", heavy, "weight", f"fish of A/P2 weigh {grams:,} g on")
    gutted = build_harvest(estimated_farm, day=444, gutted_kg=90_000)
    ask_and_confirm(manager, "/harvests", {"harvests": [gutted]}, "gutted_weight", "weigh 90,000 kg gutted")


def test_grades_that_only_fit_together_are_asked_about(estimated_farm, manager):
    grades = [{"grade": grade, "count": 500, "gutted_kg": kg} for grade, kg in (("superior", 160), ("ordinary", 8))]
    harvest = build_harvest(estimated_farm, mean_weight_g=200) | {"grades": grades}
    why, codes = read_problem(manager.post("/harvests", {"harvests": [harvest]}), 409)
    assert "500 fish of grade superior of A/P1 weigh 160 kg gutted, 320 g each, and 200 g alive" in why
    assert codes == ["gutted_weight", "gutted_weight"]
    grades[0] |= {"gutted_kg": 80}
    grades[1] |= {"count": 0}
    why, codes = read_problem(manager.post("/harvests", {"harvests": [harvest], "confirm": True}), 422)
    assert why.startswith("0 fish of grade ordinary of A/P1 weigh 8 kg gutted: correct its count or its gutted kg")


@pytest.mark.parametrize(
    ("count", "grams", "code", "why"),
    [
        (1_000, 0.1, "weight", "fish of N/6/Q weight weigh 0.1 g on 2024-01-31, usual for Adult are"),
        (200_000, 1_000, "density", "Q density would hold 200 kg/m³ on 2024-01-31: correct the count"),
    ],
)
def test_fish_that_are_stocked_in_another_unit_are_asked_about(estimated_farm, manager, count, grams, code, why):
    area = Container.objects.using("owner").get(pk=estimated_farm.containers["P1"]).area_id
    pen = Container.objects.using("owner").create(
        company_id=estimated_farm.company, name=f"Q {code}", kind="pen", volume_m3=1000, area_id=area
    )
    stocked = [{"container": pen.pk, "stage": 6, "count": count, "mean_weight_g": grams}]
    batch = {
        "number": "N",
        "species": Species.objects.using("owner").get().pk,
        "start": str(on(30)),
        "stocked": stocked,
    }
    ask_and_confirm(manager, "/batches", batch, code, why)
    stocked[0] |= {"count": 2_000_000_000, "mean_weight_g": 1_000}
    why, _ = read_problem(manager.post("/batches", batch | {"confirm": True}), 422)
    assert why.startswith(f"Q {code} would hold 2,000,000 kg/m³")


def test_a_meal_that_the_fish_cannot_eat_is_asked_about(estimated_farm, manager):
    meal = {"placement": estimated_farm.placements["A/P1"], "at": at(42, 9).isoformat(), "grams": 10_000_000}
    ask_and_confirm(manager, "/meals", {"meals": [meal]}, "feed", "a meal of 10,000 kg for A/P1 on 2024-02-12, whose")
    # The feed of weeks is entered as one meal.
    accepted = manager.post("/meals", {"meals": [meal | {"grams": 2_000_000}]})
    assert accepted.status_code == 201, accepted.content
    assert manager.delete(f"/meals/{accepted.json()['ids'][0]}?reason=a+test").status_code == 200


def test_more_fish_weighed_than_moved_are_refused(estimated_farm, manager):
    harvest = build_harvest(estimated_farm, mean_weight_g=200, fish_weighed=1_101)
    why, _ = read_problem(manager.post("/harvests", {"harvests": [harvest], "confirm": True}), 422)
    assert why == "1,101 fish weighed of 1,000 of A/P1: correct one of them"


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
