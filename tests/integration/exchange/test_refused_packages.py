"""A package with one thing wrong is refused by file, line, column and value, and leaves nothing."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from tests.package_files import build_movement, build_two_pens, write_package

from grilse.errors import GrilseError
from grilse.exchange.imports import import_package
from grilse.exchange.problems import PackageRefused, quote_cell

REFUSED = "p was not imported and nothing was written: "


def import_refused_package(rolled_back_connection, tmp_path, tables):
    """Return what is said when the tables are imported, after looking that nothing was written."""
    with pytest.raises(PackageRefused) as refused:
        import_package(rolled_back_connection, write_package(tmp_path / "p", tables))
    assert rolled_back_connection.execute("SELECT count(*) FROM farm_company").fetchone() == (0,)
    assert str(refused.value).startswith(REFUSED)
    return str(refused.value).removeprefix(REFUSED)


def test_the_package_is_sound_without_a_fault(rolled_back_connection, tmp_path):
    assert (
        import_package(rolled_back_connection, write_package(tmp_path / "p", build_two_pens())).rows["movements"] == 4
    )


IN_UTC = "in UTC (time_zone of Scotland)"
EARLY = "; choose a later day, or correct or enter the stocking or transfer that it starts with"
LATE = "; choose an earlier day, or correct or withdraw the movement that emptied it"
UNBALANCED = "; correct a count, or enter what is missing: a movement, or the difference as a COUNT_CORRECTION"
CELLS = [
    ("areas", 0, "geography", "x" * 50 + "!" * 71, "longer than 120 characters"),
    ("containers", 0, "kind", "cage", "none of tray, tank, pen"),
    ("containers", 0, "volume_m3", 0, "not above 0"),
    ("containers", 0, "area", "Loch B", "there is no area 'Loch B'"),
    ("placements", 0, "stage", "Grilse", "unknown stage (Egg&Alevin, Fry, Parr, Smolt, Post-Smolt, Adult)"),
    ("batches", 0, "species", "Cod", "unknown species (Atlantic Salmon)"),
    ("areas", 0, "latitude", 0, "0, 0 is written where no position is known: leave both empty, or correct them"),
    ("movements", 1, "count", -10, "below 0"),
    ("movements", 1, "count", "ten", "not a whole number"),
    ("movements", 1, "count", "", "must be given"),
    (
        "movements", 1, "date", "2031-01-01",
        "2031-01-01 is later than tomorrow (UTC): enter it when it has happened",
    ),
    ("movements", 1, "date", "2023-12-31", f"2023-12-31 is before its placement: B-1/1 starts on 2024-01-01{EARLY}"),
    ("movements", 1, "date", "2024-03-02", f"2024-03-02 is after its placement: B-1/1 ends on 2024-03-01{LATE}"),
    (
        "movements", 1, "kind", "DEATH",
        "none of STOCKING, TRANSFER, MORTALITY, CULL, ESCAPE, HARVEST, SALE, COUNT_CORRECTION",
    ),
    ("movements", 1, "from_placement", "B-9", "there is no placement 'B-9'"),
    ("movements", 1, "mean_weight_g", 0, "not above 0"),
    ("weights", 0, "method", "EYE", "none of HAND, CAMERA, GRADER, HARVEST"),
    ("weights", 0, "date", "2024-03-05", f"2024-03-05 is after its placement: B-1/1 ends on 2024-03-01{LATE}"),
    ("weights", 0, "placement", "B-9", "there is no placement 'B-9'"),
    (
        "meals", 0, "at", "2024-03-01T08:00:00Z",
        f"2024-03-01 {IN_UTC} is after its placement: B-1/1 ends on 2024-03-01{LATE}",
    ),
    ("environment", 1, "container", "A9", "there is no container 'A9'"),
    ("environment", 1, "temperature_c", 85, "above 40"),
    ("lice", 0, "date", "2024-03-01", "no placement is in the container that day"),
    ("lice", 0, "fish_counted", 0, "below 1"),
    ("meals", 0, "kg", "0.0004", "a meal of less than half a gram"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "row", "column", "value", "why"), CELLS)
def test_a_wrong_cell_is_named(rolled_back_connection, tmp_path, table, row, column, value, why):
    tables = build_two_pens()
    tables[table][row][column] = value
    if table == "areas":
        tables[table][row]["longitude"] = value
    cell = quote_cell(str(value))
    if column == "kg":
        cell = "'0'"  # as it would be kept

    lines = import_refused_package(rolled_back_connection, tmp_path, tables).splitlines()

    assert f"{table}.csv line {row + 2}: {column} {cell}: {why}" in lines


@pytest.mark.parametrize(("count", "why"), [(591, "1 fish missing"), (500, "90 fish left over")])
def test_a_placement_that_does_not_balance_is_named_with_its_fish(rolled_back_connection, tmp_path, count, why):
    tables = build_two_pens()
    tables["movements"][3]["count"] = count

    assert import_refused_package(rolled_back_connection, tmp_path, tables) == (
        f"placements.csv line 2: placement 'B-1/1': B-1/1 would not balance: {why} when it ends on"
        f" 2024-03-01{UNBALANCED}"
    )


def test_a_repeated_reading_is_named(rolled_back_connection, tmp_path):
    tables = build_two_pens()
    tables["environment"][1]["at"] = tables["environment"][0]["at"]

    assert import_refused_package(rolled_back_connection, tmp_path, tables) == (
        "environment.csv line 3: container, at 'A1, 2024-01-02T06:00:00Z': is on line 2 already"
    )


def test_two_placements_in_one_container_are_named(rolled_back_connection, tmp_path):
    tables = build_two_pens()
    tables["placements"][1]["container"] = "A1"

    assert import_refused_package(rolled_back_connection, tmp_path, tables) == (
        "placements.csv line 3: start_date '2024-02-01': A1 is not free on 2024-02-01: batch B-1 is there"
        " from 2024-01-01 to 2024-03-01 (B-1/1); empty it first or choose another container"
    )


def test_a_long_stay_covers_more_than_the_next_one(rolled_back_connection, tmp_path):
    tables = build_two_pens()
    stay = tables["placements"][0]
    tables["placements"] += [
        {**stay, "placement": "B-1/3", "start_date": "2024-01-05", "end_date": "2024-01-10"},
        {**stay, "placement": "B-1/4", "start_date": "2024-02-10", "end_date": "2024-02-12"},
    ]

    assert (
        import_refused_package(rolled_back_connection, tmp_path, tables).count(
            "from 2024-01-01 to 2024-03-01 (B-1/1); empty it first"
        )
        == 2
    )


SIDES = [
    (build_movement("2024-01-05", "STOCKING", source="B-1/1", count=5), "STOCKING has no source"),
    (build_movement("2024-01-05", "STOCKING", source="B-1/1", count=5), "STOCKING must have a target"),
    (build_movement("2024-02-05", "TRANSFER", source="B-1/1", count=5), "TRANSFER must have a target"),
    (build_movement("2024-02-05", "HARVEST", target="B-1/1", count=5), "HARVEST must have a source"),
    (build_movement("2024-02-05", "SALE", source="B-1/1", target="B-1/2", count=5), "SALE has no target"),
    (build_movement("2024-02-05", "COUNT_CORRECTION", count=5), "has a source or a target, not both"),
    (build_movement("2024-02-05", "TRANSFER", "B-1/1", "B-1/1", count=5), "the fish go where they were"),
    (build_movement("2024-02-05", "CULL", source="B-1/1", count=0), "0 fish, B-1/1: only a row that replaces"),
    (build_movement("2024-03-01", "STOCKING", target="B-1/1", count=5), "after its placement: B-1/1 ends"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "why"), SIDES)
def test_a_movement_has_the_sides_and_dates_of_its_kind(rolled_back_connection, tmp_path, row, why):
    tables = build_two_pens()
    tables["movements"].append(row)

    message = import_refused_package(rolled_back_connection, tmp_path, tables)

    assert "movements.csv line 6: " in message
    assert why in message


def test_a_container_is_not_stocked_denser_than_it_may_be(rolled_back_connection, tmp_path):
    tables = build_two_pens()
    tables["containers"] = [{**row, "max_density_kg_m3": 0.05} for row in tables["containers"]]

    assert import_refused_package(rolled_back_connection, tmp_path, tables) == (
        "movements.csv line 2: count '1000': A1 held 0.1 kg/m³ on 2024-01-01, its limit is 0.05:"
        " correct the count or the weight, or raise the limit of the container"
    )


def test_a_site_is_not_stocked_heavier_than_it_may_be(rolled_back_connection, tmp_path):
    tables = build_two_pens()
    tables["areas"][0]["max_biomass_kg"] = 110
    assert import_package(rolled_back_connection, write_package(tmp_path / "sound", tables))
    rolled_back_connection.rollback()
    tables["movements"][2]["mean_weight_g"] = 250

    # 590 fish of 100 g or more stand beside the 400 of 250 g.
    assert import_refused_package(rolled_back_connection, tmp_path, tables) == (
        "movements.csv line 4: count '400': Loch A held 0.2 t on 2024-02-01, its limit is 0.11:"
        " correct the counts or the weights, or raise the limit of the site"
    )


def build_corrected_package(**changes):
    """Return the package with the death of ten fish corrected to twelve."""
    tables = build_two_pens()
    tables["movements"] = [{**row, "ref": "", "replaces": ""} for row in tables["movements"]]
    tables["movements"][1]["ref"] = "a"
    tables["movements"][3]["count"] = 588
    tables["movements"].append({**tables["movements"][1], "count": 12, "ref": "b", "replaces": "a", **changes})
    return tables


def test_a_correction_counts_in_place_of_what_it_replaces(rolled_back_connection, tmp_path):
    assert (
        import_package(rolled_back_connection, write_package(tmp_path / "p", build_corrected_package())).rows[
            "movements"
        ]
        == 5
    )
    assert rolled_back_connection.execute(
        "SELECT new.count, old.count FROM stock_movement new JOIN stock_movement old ON old.id = new.replaces_id"
    ).fetchall() == [(12, 10)]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"replaces": "z"}, "replaces 'z': no row has this ref"),
        ({"replaces": "b"}, "replaces 'b': leads back to itself"),
        ({"kind": "CULL"}, "replaces 'a': of another kind (MORTALITY)"),
        ({"ref": "a"}, "ref 'a': is on line 3 already"),
    ],
)
def test_a_correction_names_a_row_of_its_kind(rolled_back_connection, tmp_path, changes, why):
    assert f"movements.csv line 6: {why}" in import_refused_package(
        rolled_back_connection, tmp_path, build_corrected_package(**changes)
    )


def test_a_row_is_replaced_once(rolled_back_connection, tmp_path):
    tables = build_corrected_package()
    tables["movements"].append({**tables["movements"][4], "ref": "c"})

    assert "movements.csv line 7: replaces 'a': line 6 replaces it already" in import_refused_package(
        rolled_back_connection, tmp_path, tables
    )


def build_package_with_order(**changes):
    """Return the package with an order for its transfer."""
    tables = build_two_pens()
    tables["orders"] = [{"order": "O", "batch": "B-1", "planned_date": "2024-02-01", "status": "completed"}]
    tables["orders"][0] |= changes
    tables["movements"] = [{**row, "order": ""} for row in tables["movements"]]
    tables["movements"][2]["order"] = "O"
    return tables


def test_an_order_groups_transfers_of_its_batch(rolled_back_connection, tmp_path):
    tables = build_package_with_order()
    tables["movements"][1]["order"] = "O"

    assert import_refused_package(rolled_back_connection, tmp_path, tables) == (
        "movements.csv line 3: order 'O': only a TRANSFER belongs to an order: leave the order out"
    )


def test_an_order_is_of_the_batch_that_moves(rolled_back_connection, tmp_path):
    tables = build_package_with_order(batch="B-2")
    tables["batches"].append({**tables["batches"][0], "batch": "B-2"})

    assert import_refused_package(rolled_back_connection, tmp_path, tables) == (
        "movements.csv line 4: order 'O': O is an order of another batch: choose one of the batch that the fish leave"
    )


def test_an_order_says_whether_fish_were_moved(rolled_back_connection, tmp_path):
    tables = build_package_with_order(status="planned")

    assert (
        import_refused_package(rolled_back_connection, tmp_path, tables)
        == "orders.csv line 2: status 'planned': yet it has movements"
    )


def test_no_fish_come_beside_those_of_an_order(rolled_back_connection, tmp_path):
    tables = build_package_with_order()
    tables["movements"][2]["count"] = 300
    tables["movements"].append({**tables["movements"][2], "count": 100, "order": ""})

    assert import_refused_package(rolled_back_connection, tmp_path, tables) == (
        "movements.csv line 6: order blank: fish came here by an order that day: name it"
    )


def test_a_date_up_to_tomorrow_is_taken(rolled_back_connection, tmp_path):
    tables = build_two_pens()
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    tables["movements"].append(build_movement(tomorrow, "MORTALITY", source="B-1/2", count=1))

    assert import_package(rolled_back_connection, write_package(tmp_path / "p", tables)).rows["movements"] == 5


def test_a_missing_column_is_named(rolled_back_connection, tmp_path):
    tables = build_two_pens()
    for row in tables["movements"]:
        del row["count"]

    assert (
        import_refused_package(rolled_back_connection, tmp_path, tables)
        == "movements.csv line 1: count: the column is missing"
    )


def test_a_file_cut_off_within_a_line_is_named(rolled_back_connection, tmp_path):
    folder = write_package(tmp_path / "p", build_two_pens())
    content = (folder / "movements.csv").read_bytes()
    (folder / "movements.csv").write_bytes(content[:-25])

    with pytest.raises(PackageRefused, match=r"movements.csv line 5: (4 fields|does not end)"):
        import_package(rolled_back_connection, folder)


def test_a_file_that_lacks_what_its_descriptor_states_is_named(rolled_back_connection, tmp_path):
    import json

    folder = write_package(tmp_path / "p", build_two_pens())
    descriptor = json.loads((folder / "datapackage.json").read_text())
    size = (folder / "meals.csv").stat().st_size
    next(entry for entry in descriptor["resources"] if entry["name"] == "meals")["bytes"] = size + 40
    (folder / "datapackage.json").write_text(json.dumps(descriptor))

    with pytest.raises(
        PackageRefused, match=rf"meals.csv: {size} bytes, datapackage.json says {size + 40}: it is cut off"
    ):
        import_package(rolled_back_connection, folder)


def test_a_listed_but_missing_file_is_named(rolled_back_connection, tmp_path):
    folder = write_package(tmp_path / "p", build_two_pens())
    (folder / "meals.csv").unlink()

    with pytest.raises(PackageRefused, match=r"datapackage.json: path 'meals.csv': listed but not there"):
        import_package(rolled_back_connection, folder)


def test_a_file_of_another_folder_is_refused(rolled_back_connection, tmp_path):
    folder = write_package(tmp_path / "p", build_two_pens())
    text = (folder / "datapackage.json").read_text().replace('"meals.csv"', '"../meals.csv"')
    (folder / "datapackage.json").write_text(text)

    with pytest.raises(PackageRefused, match=r"path '../meals.csv': not a file of this folder"):
        import_package(rolled_back_connection, folder)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "has no datapackage.json"),
        ("{", "is not JSON"),
        ("[" * 200_000, "has lists or objects within too many others: write it flat"),
        ('{"a":' * 200_000, "has lists or objects within too many others: write it flat"),
        ("[]", "is not a JSON object"),
        ("{}", "lists no resources"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_folder_that_is_no_package_is_named(rolled_back_connection, tmp_path, content, why):
    if content is not None:
        (tmp_path / "datapackage.json").write_text(content)

    with pytest.raises(GrilseError, match=why):
        import_package(rolled_back_connection, tmp_path)


def test_a_table_that_is_not_listed_is_named(rolled_back_connection, tmp_path):
    folder = write_package(tmp_path / "p", build_two_pens())
    (folder / "vaccines.csv").write_text("batch,vaccine\nB-1,six\n")

    with pytest.raises(PackageRefused, match=r"vaccines.csv: not listed in datapackage.json: list it in resources, or"):
        import_package(rolled_back_connection, folder)


def change_descriptor(folder, change):
    path = folder / "datapackage.json"
    descriptor = json.loads(path.read_text())
    change(descriptor)
    path.write_text(json.dumps(descriptor))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda it: it.update(compny="Loch"), "there is no property compny: .*; did you mean company"),
        (lambda it: it["resources"][0].update(dialekt={}), "there is no property dialekt: .*did you mean dialect"),
        (lambda it: it["resources"][0].update(hash="0" * 32), "areas.csv: its checksum is not the one in datapackage"),
        (lambda it: it["resources"][0].update(hash="crc32:1f"), "hash: crc32 of areas.csv cannot be compared"),
    ],
)  # fmt: skip
def test_a_property_that_nobody_reads_is_named(rolled_back_connection, tmp_path, change, why):
    folder = write_package(tmp_path / "p", build_two_pens())
    change_descriptor(folder, change)

    with pytest.raises(PackageRefused, match=why):
        import_package(rolled_back_connection, folder)


def test_a_property_that_is_there_twice_is_named(rolled_back_connection, tmp_path):
    folder = write_package(tmp_path / "p", build_two_pens())
    path = folder / "datapackage.json"
    path.write_text(path.read_text().replace('"name": "areas"', '"name": "areas", "name": "halls"'))

    with pytest.raises(GrilseError, match="name is there twice: leave one of the two out"):
        import_package(rolled_back_connection, folder)


def test_all_bad_rows_are_counted_and_a_hundred_shown(rolled_back_connection, tmp_path):
    tables = build_two_pens()
    tables["environment"] = [
        {"container": "A9", "at": f"2024-01-{day:02d}T{hour:02d}:00:00Z", "temperature_c": 8}
        for day in range(1, 11)
        for hour in range(24)
    ]

    lines = import_refused_package(rolled_back_connection, tmp_path, tables).splitlines()

    assert lines[0] == "240 problems, the first 100:"
    assert len(lines) == 101


def test_what_grew_beyond_a_limit_is_told_and_taken(rolled_back_connection, tmp_path):
    tables = build_two_pens()
    tables["containers"] = [{**row, "max_density_kg_m3": 0.12} for row in tables["containers"]]
    tables["areas"][0]["max_biomass_kg"] = 125
    tables["weights"].append({**tables["weights"][0], "placement": "B-1/2", "date": "2024-02-10"})
    tables["weights"][1]["mean_weight_g"] = 900

    crowded, heavy = import_package(rolled_back_connection, write_package(tmp_path / "p", tables)).warnings

    assert crowded == (
        "containers.csv line 2: max_density_kg_m3: A1 held 0.13 kg/m³ on 2024-01-20, its limit is 0.12:"
        " correct the count or the weight, or raise the limit of the container (and 1 more)"
    )
    assert heavy == (
        "areas.csv line 2: max_biomass_kg: Loch A held 0.13 t on 2024-01-20, its limit is 0.125:"
        " correct the counts or the weights, or raise the limit of the site"
    )


def test_fish_cannot_join_a_batch_without_fish(rolled_back_connection, tmp_path):
    tables = build_two_pens()
    placements, after = tables["placements"]
    placements["end_date"], after["start_date"] = "2024-02-01", "2024-02-02"
    tables["movements"][2:] = [
        build_movement("2024-02-01", "HARVEST", source="B-1/1", count=990),
        build_movement("2024-02-02", "STOCKING", target="B-1/2", count=400),
    ]
    tables["lice"][0]["date"] = "2024-01-20"

    assert import_refused_package(rolled_back_connection, tmp_path, tables) == (
        "placements.csv line 3: start_date '2024-02-02': batch B-1 is closed:"
        " withdraw or correct the row that emptied its last pen first"
    )


def build_harvest(gutted_kg, live_g=200):
    """Return a package of which 100 fish are harvested."""
    tables = build_two_pens()
    tables["movements"].append(build_movement("2024-02-15", "HARVEST", source="B-1/2", count=100, mean_weight_g=live_g))
    tables["harvest_grades"] = [
        {"placement": "B-1/2", "date": "2024-02-15", "grade": grade, "count": count, "gutted_kg": kg}
        for grade, count, kg in (("superior", 90, gutted_kg * 0.9), ("ordinary", 10, gutted_kg * 0.1))
    ]
    return tables


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"count": 11},
            "line 2: count '90': the grades of B-1/2 hold 101 fish, harvested were 100: correct one of them",
        ),
        (
            {"date": "2024-02-14"},
            "line 3: date '2024-02-14': no harvest of this placement on this day: enter it in move",
        ),
    ],
)
def test_grades_are_of_the_fish_of_a_harvest(rolled_back_connection, tmp_path, changed, message):
    tables = build_harvest(17)
    tables["harvest_grades"][1] |= changed

    assert message in import_refused_package(rolled_back_connection, tmp_path, tables)


@pytest.mark.parametrize("gutted_kg", [170, 0])
def test_gutted_fish_that_outweigh_live_ones_are_refused(rolled_back_connection, tmp_path, gutted_kg):
    share = f"{gutted_kg / 0.2:,.1f}"
    assert import_refused_package(rolled_back_connection, tmp_path, build_harvest(gutted_kg)) == (
        f"harvest_grades.csv line 2: gutted_kg '{gutted_kg * 0.9:g}': 100 fish of B-1/2 weigh {gutted_kg} kg gutted,"
        f" {share} % of the 20 kg that they weighed alive:"
        " fish lose 8 to 20 % when they are gutted: correct the gutted kg, the count or the live weight"
    )


def test_unlikely_figures_are_warned_of_by_kind(rolled_back_connection, tmp_path):
    tables = build_harvest(12)
    sample = tables["weights"][0]
    tables["weights"] = [
        sample | {"placement": "B-1/1", "date": day, "mean_weight_g": grams}
        for day, grams in (("2024-01-05", 105), ("2024-01-10", 109), ("2024-01-20", 1090), ("2024-02-20", 125))
    ]
    tables["movements"].append(build_movement("2024-02-16", "MORTALITY", source="B-1/2", count=60))
    tables["environment"] = [
        {"container": "A1", "at": f"2024-01-02T0{hour}:00:00Z", "oxygen_pct": 8.9} for hour in range(3)
    ]

    warnings = import_package(rolled_back_connection, write_package(tmp_path / "p", tables)).warnings
    shown = [text for text in warnings if "range of their stage" not in text]
    assert shown[:3] == [
        "weights.csv: 2 mean weights that no growth explains, the first on lines 4, 5",
        "harvest_grades.csv: 2 grades that do not fit the live weight of their fish, the first on lines 2, 3",
        "movements.csv: 1 days on which more than 10 % of a placement died, the first on line 7",
    ]
    why = "oxygen_pct of A1 is 8.9 on average, usual are 20 to 200: are they % of saturation, and not mg/L?"
    assert shown[3:] == [f"environment.csv line 2: oxygen_pct: {why}"]
