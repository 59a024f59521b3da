"""The packages of real and predecessor records go in, or are refused whole."""

import pytest
from tests.package_files import build_two_pens, write_package

from grilse.errors import GrilseError
from grilse.exchange.imports import import_package
from grilse.exchange.problems import PackageRefused

COUNTS = (
    "SELECT (SELECT count(*) FROM farm_company), (SELECT count(*) FROM stock_placement),"
    " (SELECT count(*) FROM stock_movement), (SELECT count(*) FROM environment_reading)"
)


def test_the_scottish_pens_go_in(rolled_back_connection, package):
    done = import_package(rolled_back_connection, package("scottish-pens"))

    assert (done.company, done.company_made, done.skipped) == ("scottish-pens", True, False)
    assert done.rows == {
        "geographies": 1,
        "areas": 3,
        "containers": 30,
        "batches": 4,
        "placements": 30,
        "movements": 1599,
        "weights": 1457,
        "environment": 1539,
        "lice": 1332,
    }
    assert [warning.split(",")[0] for warning in done.warnings] == [
        "weights.csv: 6 mean weights outside the range of their stage",
        "movements.csv: 6 mean weights outside the range of their stage",
    ]


def test_a_blank_is_null_and_no_zero(rolled_back_connection, package):
    import_package(rolled_back_connection, package("scottish-pens"))

    row = rolled_back_connection.execute(
        "SELECT count(*), count(adult_female), count(*) FILTER (WHERE adult_female = 0) FROM health_licecount"
    ).fetchone()
    blank = [line for line in (package("scottish-pens") / "lice.csv").read_text().splitlines() if line.endswith(",")]
    assert row == (1332, 1332 - len(blank), row[2])
    assert blank


def test_the_daily_environment_is_derived(rolled_back_connection, tmp_path):
    import_package(rolled_back_connection, write_package(tmp_path / "p", build_two_pens()))

    assert rolled_back_connection.execute(
        "SELECT temperature_mean, temperature_min, temperature_max, temperature_n, oxygen_n"
        " FROM environment_dailyenvironment"
    ).fetchall() == [(8.0, 7.5, 8.5, 2, 0)]


def test_a_count_of_lice_belongs_to_the_placement_that_stood_that_day(rolled_back_connection, tmp_path):
    import_package(rolled_back_connection, write_package(tmp_path / "p", build_two_pens()))

    query = "SELECT p.name FROM health_licecount l JOIN stock_placement p ON p.id = l.placement_id"
    assert rolled_back_connection.execute(query).fetchall() == [("B-1/1",)]


def test_the_predecessors_batch_goes_in_and_is_closed(rolled_back_connection, package):
    done = import_package(rolled_back_connection, package("predecessor-batch"))

    assert (done.rows["placements"], done.rows["movements"], done.rows["meals"]) == (70, 11966, 10920)
    assert rolled_back_connection.execute("SELECT number, status FROM stock_batch").fetchall() == [
        ("FAR-2023-001", "closed")
    ]
    harvested = rolled_back_connection.execute(
        "SELECT sum(count) FROM stock_movement WHERE kind = 'HARVEST'"
    ).fetchone()
    assert harvested == (2_276_476,)


def test_a_new_geography_gets_its_climate_and_limits(rolled_back_connection, package):
    import_package(rolled_back_connection, package("predecessor-batch"))

    profile = rolled_back_connection.execute(
        "SELECT count(*), min(temperature_c) > 5 FROM growth_temperatureprofile"
    ).fetchone()
    assert profile == (366, True)
    assert rolled_back_connection.execute("SELECT count(*) > 0 FROM health_licelimit").fetchone() == (True,)


def test_a_geography_of_no_known_climate_gets_one_from_its_own_year(rolled_back_connection, tmp_path):
    tables = build_two_pens()
    tables["areas"][0]["geography"] = "Tasmania"
    tables["environment"] = [
        {"container": "A1", "at": f"2023-{month:02d}-15T12:00:00Z", "temperature_c": 10 + abs(7 - month)}
        for month in range(1, 13)
    ]
    import_package(rolled_back_connection, write_package(tmp_path / "p", tables))

    warmest = "SELECT day_of_year FROM growth_temperatureprofile ORDER BY temperature_c DESC LIMIT 1"
    day = rolled_back_connection.execute(warmest).fetchone()
    assert day is not None
    assert day[0] < 60 or day[0] > 330


def test_a_geography_with_little_measured_gets_none(rolled_back_connection, tmp_path):
    tables = build_two_pens()
    tables["areas"][0]["geography"] = "Tasmania"
    import_package(rolled_back_connection, write_package(tmp_path / "p", tables))

    assert rolled_back_connection.execute("SELECT count(*) FROM growth_temperatureprofile").fetchone() == (0,)


def test_two_packages_share_a_geography_by_name(rolled_back_connection, package, tmp_path):
    import_package(rolled_back_connection, package("scottish-pens"))
    import_package(rolled_back_connection, write_package(tmp_path / "p", build_two_pens()))

    assert rolled_back_connection.execute("SELECT name FROM farm_geography").fetchall() == [("Scotland",)]
    assert rolled_back_connection.execute("SELECT count(*) FROM farm_company").fetchone() == (1,)
    assert rolled_back_connection.execute("SELECT count(*) FROM growth_temperatureprofile").fetchone() == (366,)


def test_the_batch_as_recorded_is_refused_and_every_placement_named(rolled_back_connection, package):
    before = rolled_back_connection.execute(COUNTS).fetchone()

    with pytest.raises(PackageRefused) as refused:
        import_package(rolled_back_connection, package("predecessor-batch-as-recorded"))

    lines = str(refused.value).splitlines()
    assert lines[0] == ("predecessor-batch-as-recorded was not imported and nothing was written: 40 problems:")
    assert lines[1] == (
        "placements.csv line 2: placement 'FAR-2023-001/1/01-A-C01':"
        " FAR-2023-001/1/01-A-C01 would not balance: 231 fish missing when it ends on 2023-07-31; correct a count, or"
        " enter what is missing: a movement, or the difference as a COUNT_CORRECTION"
    )
    assert "FAR-2023-001/6/01-Ring-01 would not balance: 3 fish left over when it ends on 2025-07-26;" in lines[21]
    assert sum("118,1" in line or "118,099" in line for line in lines) == 10
    assert len(lines) == 41
    assert rolled_back_connection.execute(COUNTS).fetchone() == before


def test_the_same_package_again_is_refused(rolled_back_connection, package):
    import_package(rolled_back_connection, package("scottish-pens"))
    before = rolled_back_connection.execute(COUNTS).fetchone()

    with pytest.raises(GrilseError, match="scottish-pens has been imported already and nothing was written"):
        import_package(rolled_back_connection, package("scottish-pens"))
    assert rolled_back_connection.execute(COUNTS).fetchone() == before


def test_the_same_package_again_is_nothing_if_asked(rolled_back_connection, package):
    import_package(rolled_back_connection, package("scottish-pens"))
    before = rolled_back_connection.execute(COUNTS).fetchone()

    done = import_package(rolled_back_connection, package("scottish-pens"), if_present="skip")

    assert (done.skipped, done.rows) == (True, {})
    assert rolled_back_connection.execute(COUNTS).fetchone() == before


def test_a_name_that_the_company_has_is_refused(rolled_back_connection, package, tmp_path):
    import_package(rolled_back_connection, package("scottish-pens"))
    tables = build_two_pens()
    tables["areas"][0]["area"] = tables["containers"][0]["area"] = tables["containers"][1]["area"] = "farm-a"
    tables["containers"].append({**tables["containers"][0], "container": "farm-a-pen-01"})

    with pytest.raises(PackageRefused, match=r"containers.csv line 4: container 'farm-a-pen-01': the company has one"):
        import_package(rolled_back_connection, write_package(tmp_path / "p", tables), if_present="skip")


def test_with_several_companies_one_has_to_be_named(rolled_back_connection, package, tmp_path):
    import_package(rolled_back_connection, package("scottish-pens"), company_name="North")
    import_package(rolled_back_connection, package("scottish-pens"), company_name="South")

    with pytest.raises(GrilseError, match=r"the database has 2 companies: choose one with --company \(North, South\)"):
        import_package(rolled_back_connection, write_package(tmp_path / "p", build_two_pens()))


def test_no_import_beside_a_bulk_load(rolled_back_connection, database, package):
    import psycopg

    from grilse.bulk.schema_objects import BULK_LOAD_LOCK

    with psycopg.connect(database, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [BULK_LOAD_LOCK])
        with pytest.raises(GrilseError, match="another load into this database is under way"):
            import_package(rolled_back_connection, package("scottish-pens"))


def test_many_rows_into_empty_tables_leave_every_index_behind(rolled_back_connection, package, monkeypatch):
    from grilse.bulk import schema_objects
    from grilse.exchange import imports

    monkeypatch.setattr(imports, "MANY", 1)
    import_package(rolled_back_connection, package("predecessor-batch"))

    assert schema_objects.find_missing_objects(rolled_back_connection) == []
