"""What is impossible in a package is refused, and what is unlikely is counted in its warnings."""

import pytest
from tests.package_files import build_movement, build_two_pens, write_package

from grilse.exchange.imports import import_package
from grilse.exchange.problems import PackageRefused

GRADE = {"placement": "B-1/1", "date": "2024-03-01", "grade": "superior"}
TEN_TIMES = {
    "weights": {"fish_sampled": 3000},
    "lice": {"fish_counted": 3000},
    "health_samples": {"placement": "B-1/2", "date": "2024-02-20", "fish": 3000},
}


@pytest.fixture
def imported(rolled_back_connection, tmp_path):
    """Imports tables into a company of their own."""

    def import_tables(tables):
        folder = write_package(tmp_path / "p", tables)
        return import_package(rolled_back_connection, folder, company_name="Unlikely").warnings

    return import_tables


def test_a_plausible_package_has_no_warnings(imported):
    assert imported(build_two_pens()) == []


@pytest.mark.parametrize("name", sorted(TEN_TIMES))
def test_samples_of_more_fish_than_there_were_are_counted(imported, name):
    tables = build_two_pens()
    tables[name] = [{**tables.get(name, [{}])[0], **TEN_TIMES[name]}]

    assert imported(tables) == [f"{name}.csv: 1 samples of more fish than the placement had, the first on line 2"]


def test_cameras_may_see_a_fish_twice(imported):
    tables = build_two_pens()
    tables["weights"][0] |= {"fish_sampled": 3000, "method": "CAMERA"}

    assert imported(tables) == []


@pytest.mark.parametrize("values", [{"sd_weight_g": 1300}, {"k_factor": 12.1}])
def test_spreads_and_conditions_of_another_unit_are_counted(imported, values):
    tables = build_two_pens()
    tables["weights"][0] |= values

    [warning] = imported(tables)
    assert warning.startswith("weights.csv: 1 samples with a spread or a condition that fish of one pen do not have")


def test_counts_that_are_a_digit_off_are_counted(imported):
    tables = build_two_pens()
    counts = [("2024-02-10", 395), ("2024-02-20", 4000)]
    tables["counts"] = [{"placement": "B-1/2", "date": day, "count": count, "method": "hand"} for day, count in counts]

    [warning] = imported(tables)
    assert warning.startswith("counts.csv: 1 counts that differ from the ledger by more than three quarters")
    assert warning.endswith("the first on line 3")


def test_meals_of_another_unit_are_counted(imported):
    tables = build_two_pens()
    tables["meals"][0]["kg"] = 12_345

    assert imported(tables) == ["meals.csv: 1 meals that the fish cannot eat, the first on line 2"]


def test_gutted_fish_that_cannot_have_grown_so_much_are_counted(imported):
    tables = build_two_pens()
    tables["movements"][3]["mean_weight_g"] = ""
    tables["harvest_grades"] = [{**GRADE, "count": 590, "gutted_kg": 59_000}]

    [warning] = imported(tables)
    assert warning.startswith("harvest_grades.csv: 1 grades that do not fit the live weight of their fish")


def test_a_grade_without_fish_weighs_nothing(imported):
    tables = build_two_pens()
    tables["harvest_grades"] = [
        {**GRADE, "count": 590, "gutted_kg": 200},
        GRADE | {"grade": "x", "count": 0, "gutted_kg": 5},
    ]

    with pytest.raises(PackageRefused, match="line 3: gutted_kg '5': 0 fish of grade x of B-1/1 weigh 5 kg"):
        imported(tables)


def test_dense_stockings_are_counted(imported):
    tables = build_two_pens()
    tables["containers"][0]["volume_m3"] = 0.5

    assert imported(tables) == ["movements.csv: 1 stockings denser than 150 kg/m³, the first on line 2"]


def test_fish_that_are_heavier_than_water_do_not_fit(imported):
    tables = build_two_pens()
    tables["containers"][0]["volume_m3"] = 0.05

    with pytest.raises(PackageRefused, match="A1 would hold 2,000 kg/m³ on 2024-01-01: correct the count, the weight"):
        imported(tables)


def test_more_fish_weighed_than_moved_are_refused(imported):
    tables = build_two_pens()
    moved = build_movement("2024-02-01", "TRANSFER", source="B-1/1", target="B-1/2", count=400)
    tables["movements"] = [{**row, "fish_weighed": ""} for row in tables["movements"]]
    tables["movements"][2] = {**moved, "fish_weighed": 441}

    with pytest.raises(PackageRefused, match="line 4: fish_weighed '441': 441 fish weighed of 400 of B-1/1: correct"):
        imported(tables)
