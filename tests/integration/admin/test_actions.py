"""The back office changes rows by the actions of the apps and shows their messages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from tests.edited_farm import on

MOVEMENT, SAMPLE, AREA = "stock_movement", "stock_weightsample", "farm_area"


def build_address(name, verb, *args):
    return reverse(f"admin:{name}_{verb}", args=args)


def read_form_errors(answer):
    """Return what a form was refused with."""
    shown = answer.context_data
    form = shown["adminform"].form if "adminform" in shown else shown["form"]
    return [text for texts in form.errors.values() for text in texts]


@pytest.fixture
def sample(farm):
    """The form of a weight sample."""
    return {
        "placement": farm.placements["A/P1"],
        "date": on(40),
        "fish_weighed": 30,
        "mean_weight_g": 170.5,
        "method": "HAND",
        "selection": "random",
    }


@pytest.fixture
def death(farm):
    """The form of deaths."""
    return {"date": on(31), "kind": "MORTALITY", "source": farm.placements["A/P1"], "count": 7}


def test_a_sample_is_entered_corrected_and_withdrawn(office, sample, owner):
    assert office.post(build_address(SAMPLE, "add"), sample).status_code == 302
    find = "SELECT id, mean_weight_g FROM stock_weightsample WHERE fish_weighed = 30"
    [(row, weight)] = owner.execute(find).fetchall()
    assert weight == 170.5
    corrected = {**sample, "mean_weight_g": 168, "why": "read from the wrong line"}
    assert office.post(build_address(SAMPLE, "change", row), corrected).status_code == 302
    history = office.get(build_address(SAMPLE, "history", row)).content.decode()
    assert "170.5 → 168.0" in history
    assert "read from the wrong line" in history
    assert "by admin of" in history
    assert office.post(build_address(SAMPLE, "delete", row), {"why": "another pen"}).status_code == 302
    owner.rollback()
    assert owner.execute(find).fetchall() == []


def test_a_correction_and_a_withdrawal_ask_why(office, sample, owner):
    [row] = owner.execute("SELECT min(id) FROM stock_weightsample").fetchone()
    assert "This field is required." in read_form_errors(office.post(build_address(SAMPLE, "change", row), sample))
    assert "This field is required." in read_form_errors(
        office.post(build_address(SAMPLE, "delete", row), {"why": " "})
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"date": (datetime.now(UTC) + timedelta(days=3)).date()},
        {"date": on(2)},
        {"mean_weight_g": -4},
        {"fish_weighed": 0},
        {"placement": 999999},
        {"method": "GUESS"},
    ],
)
def test_a_sample_is_refused_in_the_words_of_the_action(office, farm, sample, wrong):
    from grilse.access.tenancy import tenant_transaction
    from grilse.errors import GrilseError
    from grilse.stock.actions.weight_samples import NewSample, record_samples

    with pytest.raises(GrilseError) as refused, tenant_transaction(farm.company):
        record_samples([NewSample(**{**sample, **wrong})])
    assert read_form_errors(office.post(build_address(SAMPLE, "add"), {**sample, **wrong})) == [str(refused.value)]


def test_a_placement_of_another_company_is_refused(office, sample, other_farm):
    foreign = other_farm.placements["A/P1"]
    assert read_form_errors(office.post(build_address(SAMPLE, "add"), {**sample, "placement": foreign})) == [
        f"there is no placement {foreign}"
    ]


def test_deaths_are_entered_and_another_row_corrects_them(office, farm, death, owner):
    assert office.post(build_address(MOVEMENT, "add"), death).status_code == 302
    newest = "SELECT id, count, replaces_id FROM stock_movement WHERE company_id = %s ORDER BY id DESC LIMIT 1"
    first, count, _ = owner.execute(newest, [farm.company]).fetchone()
    assert count == 7
    assert (
        office.post(build_address(MOVEMENT, "change", first), {**death, "count": 9, "why": "counted again"}).status_code
        == 302
    )
    second, count, replaced = owner.execute(newest, [farm.company]).fetchone()
    assert (count, replaced) == (9, first)
    assert "counted again" in office.get(build_address(MOVEMENT, "history", second)).content.decode()
    again = office.post(build_address(MOVEMENT, "change", first), {**death, "why": "once more"})
    assert "is replaced by" in read_form_errors(again)[0]
    assert office.post(build_address(MOVEMENT, "delete", second), {"why": "another pen"}).status_code == 302
    assert owner.execute(newest, [farm.company]).fetchone()[1:] == (0, second)


def test_more_deaths_than_fish_change_nothing(office, farm, death, owner):
    rows = "SELECT count(*) FROM stock_movement"
    before = owner.execute(rows).fetchone()
    assert (
        "would not balance"
        in read_form_errors(office.post(build_address(MOVEMENT, "add"), {**death, "count": 99_999}))[0]
    )
    assert owner.execute(rows).fetchone() == before


def test_an_area_is_added_renamed_and_taken_away(office, farm, owner):
    [geography] = owner.execute("SELECT min(id) FROM farm_geography WHERE company_id = %s", [farm.company]).fetchone()
    form = {"geography": geography, "name": "Skerry", "max_biomass_kg": "2500000"}
    assert office.post(build_address(AREA, "add"), form).status_code == 302
    assert "area Skerry is there already" in read_form_errors(office.post(build_address(AREA, "add"), form))[0]
    [row] = owner.execute("SELECT id FROM farm_area WHERE name = 'Skerry'").fetchone()
    assert (
        office.post(build_address(AREA, "change", row), {**form, "name": "Holm", "why": "renamed"}).status_code == 302
    )
    assert read_form_errors(
        office.post(build_address(AREA, "change", row), {**form, "latitude": 91, "why": "moved"})
    ) == ["area Skerry: a latitude lies between -90 and 90"]
    assert office.post(build_address(AREA, "delete", row), {"why": "sold"}).status_code == 302
    assert owner.execute("SELECT id FROM farm_area WHERE name = 'Holm'").fetchone() is None


def test_a_container_with_fish_cannot_be_deleted(office, farm):
    answer = office.post(build_address("farm_container", "delete", farm.containers["P1"]), {"why": "tidy"})
    assert "is in use" in read_form_errors(answer)[0]


def test_nothing_is_written_into_djangos_own_log(office, sample, owner):
    office.post(build_address(SAMPLE, "add"), {**sample, "date": on(41)})
    assert owner.execute("SELECT count(*) FROM django_admin_log").fetchone() == (0,)


def test_the_office_asks_about_many_deaths_and_accepts_them_once_confirmed(office, farm, owner):
    form = {"date": on(44), "kind": "MORTALITY", "source": farm.placements["B/P3"], "count": 900}

    asked = office.post(build_address(MOVEMENT, "add"), form)
    [question] = read_form_errors(asked)
    assert question.startswith("900 of 6,470 fish of B/P3 (14 %) died on 2024-02-14: correct the count, or confirm it")
    page = asked.content.decode()
    assert "Yes, this is right" in page
    assert 'type="checkbox" name="confirm"' in page
    assert 'type="hidden" name="confirm"' in office.get(build_address(MOVEMENT, "add")).content.decode()
    assert office.post(build_address(MOVEMENT, "add"), {**form, "confirm": "on"}).status_code == 302
    owner.execute("SELECT 1 FROM stock_movement WHERE count = 900").fetchone()


def test_two_harvests_of_a_day_are_entered_with_their_lots_and_one_is_corrected(office, farm, owner):
    pen = farm.placements["A/P2"]
    form = {"date": on(43), "kind": "HARVEST", "source": pen, "count": 500}
    for lot, grades in (("L1", "superior 300 45\nordinary B 100 13.5"), ("L2", "superior 500 70")):
        answer = office.post(build_address(MOVEMENT, "add"), {**form, "grades": grades, "lot": lot})
        assert answer.status_code == 302, read_form_errors(answer)
    stored = "SELECT lot, grade, count, gutted_kg FROM stock_harvestgrade WHERE placement_id = %s ORDER BY 1, 3"
    first = [("L1", "ordinary B", 100, 13.5), ("L1", "superior", 300, 45.0)]
    assert owner.execute(stored, [pen]).fetchall() == [*first, ("L2", "superior", 500, 70.0)]

    query = "SELECT max(movement_id) FROM stock_harvestgrade WHERE lot = 'L2' AND placement_id = %s"
    [row] = owner.execute(query, [pen]).fetchone()
    page = office.get(build_address(MOVEMENT, "change", row)).content.decode()
    assert "superior 500 70.0" in page
    correction = {**form, "count": 450, "grades": "superior 450 63", "lot": "L3", "why": "the paper of the plant"}
    assert office.post(build_address(MOVEMENT, "change", row), correction).status_code == 302
    assert owner.execute(stored, [pen]).fetchall() == [*first, ("L3", "superior", 450, 63.0)]
    wrong = office.post(build_address(MOVEMENT, "add"), {**form, "grades": "superior many"})
    assert read_form_errors(wrong)[0].startswith("write a grade a line: its name, its fish, and their gutted kg")
    dead = office.post(
        build_address(MOVEMENT, "add"), {**form, "kind": "STOCKING", "source": "", "target": pen, "lot": "L"}
    )
    assert read_form_errors(dead) == ["a STOCKING has no grades and no lot: leave them out"]


@pytest.mark.parametrize("count", ["5.0", "1_0", "٥", "+5", "1e1"])
def test_a_number_is_written_in_digits(office, death, count):
    [why] = read_form_errors(office.post(build_address(MOVEMENT, "add"), {**death, "count": count}))
    assert "whole number" in why or f"count: {count} is no number: write it as 1500" in why


@pytest.mark.parametrize(("kind", "pen", "count"), [("HARVEST", "C/P4", 2_400), ("CULL", "A/P2", 1_950)])
def test_a_pen_is_emptied_in_the_office(office, farm, owner, kind, pen, count):
    form = {"date": on(43), "kind": kind, "source": farm.placements[pen], "count": count, "last": "on"}

    assert office.post(build_address(MOVEMENT, "add"), form).status_code == 302

    query = "SELECT stop FROM stock_placement WHERE id = %s"
    assert owner.execute(query, [form["source"]]).fetchone() == (on(43),)
