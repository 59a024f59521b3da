"""The world's file: what it holds, and what is refused by line."""

import pytest

from grilse.errors import GrilseError
from grilse.generator.world.world import load_world, parse_world


def test_the_packaged_world_has_the_places_of_two_geographies(world):
    assert [(geography.name, geography.code) for geography in world.geographies] == [
        ("Faroe Islands", "FO"),
        ("Scotland", "SC"),
    ]
    assert [len(world.get_sites("Faroe Islands", order)) for order in range(1, 7)] == [12, 12, 12, 12, 12, 22]
    assert [len(world.get_sites("Scotland", order)) for order in range(1, 7)] == [10, 10, 10, 10, 10, 20]
    assert sum(container.hall is not None for container in world.containers) == 1100
    assert sum(container.kind == "pen" for container in world.containers) == 840


def test_the_packaged_containers_grow_with_the_stage(world):
    hall = [world.get_containers(f"FO-FW-03-{letter}")[6] for letter in "ABCDE"]
    assert [container.volume_m3 for container in hall] == [10, 100, 500, 1000, 2000]
    assert [container.kind for container in hall] == ["tray", "tank", "tank", "tank", "tank"]
    assert hall[1].name == "FO-FW-03-B-07"


def test_a_pen_is_found_by_name_with_its_area_geography_and_barges(world):
    pen = world.get_container("SC-SEA-11-P04")
    assert (pen.volume_m3, pen.max_density_kg_m3, pen.area, pen.hall) == (50_000, 25, "SC-SEA-11", None)
    assert world.get_site_geography("SC-SEA-11").climate == "scotland"
    assert [store.name for store in world.get_stores("SC-SEA-11")] == [
        "SC-SEA-11-BARGE1",
        "SC-SEA-11-BARGE2",
        "SC-SEA-11-BARGE3",
    ]


def test_a_hall_has_one_silo_of_5_to_260_tonnes(world):
    stores = [world.get_stores(hall.name) for hall in world.halls]
    assert {len(feed_store) for feed_store in stores} == {1}
    assert {store.capacity_kg for (store,) in stores} == {5e3, 10e3, 65e3, 125e3, 260e3}
    assert world.get_stores("FO-FW-03-B")[0].name == "FO-FW-03-B-SILO"


def test_packaged_sites_lie_on_the_coasts_of_their_geographies(world):
    for site in (*world.stations, *world.areas):
        if site.geography == "Scotland":
            assert 55.5 < site.latitude < 58.7
            assert -7 < site.longitude < -4.8
        else:
            assert 61.3 < site.latitude < 62.5
            assert -7.8 < site.longitude < -6.1
    positions = {(area.latitude, area.longitude) for area in world.areas}
    assert len(positions) == len(world.areas)


def test_the_same_file_is_the_same_world_and_another_text_is_another(world, small_text):
    assert load_world().sha256 == world.sha256
    changed = parse_world(small_text.replace("Loch Farms", "Other"), "w.yaml")
    assert changed.sha256 != parse_world(small_text, "w.yaml").sha256


def test_a_company_lists_its_own_area(small_world):
    pens = small_world.get_containers("Loch Fyne")
    assert [pen.name for pen in pens] == ["Fyne 1", "Fyne 2", "Fyne 3", "Fyne 4", "Fyne old"]
    assert small_world.get_site("Loch Fyne").max_biomass_kg == 2.5e6
    assert small_world.get_stores("Loch Fyne")[0].capacity_kg == 300_000


def test_a_company_lists_its_own_station(small_text):
    station = (
        "  stations:\n"
        "  - name: Lochailort\n"
        "    latitude: 56.9\n"
        "    longitude: -5.7\n"
        "    halls:\n"
        "    - name: Old hall\n"
        "      stage: 3\n"
        "      fallow_days: 12\n"
        "      containers: [{name: T1, kind: tank, volume_m3: 60, max_density_kg_m3: 40}]\n"
        "      silo: {name: Red silo, capacity_kg: 4000}\n"
    )
    world = parse_world(small_text.replace(STATIONS, station), "w.yaml")
    assert [hall.name for hall in world.get_sites("Argyll", 3)] == ["Old hall"]
    assert world.get_container("T1").volume_m3 == 60
    assert world.get_stores("Old hall")[0].name == "Red silo"


STATIONS = "  stations: {count: 2, along: [[56.0, -5.4]]}\n"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Fyne 2, volume_m3: 25000", "Fyne 2, volume_m3: many", "'volume_m3' of a pen of Loch Fyne is 'many'"),
        ("Fyne 2, volume_m3: 25000", "Fyne 2, volume_m3: -1", "between 0.1 and 1,000,000"),
        ("Fyne 2, volume_m3: 25000", "Fyne 2, volume: 25000", "unknown key 'volume'"),
        ("Fyne 2, volume_m3: 25000, ", "Fyne 2, ", "lacks 'volume_m3'"),
        ("Fyne 2,", "Fyne..2,", "neither '..'"),
        ("climate: scotland", "climate: norway", "unknown climate 'norway'; known: faroe, scotland"),
        ("code: AR", "code: A/R", "must be 1 to 8 letters or digits"),
        ("latitude: 56.0", "latitude: 156", "between -90 and 90"),
        ("C, stage: 3", "C, stage: 6", "between 1 and 5"),
        ("kind: tray", "kind: pen", "cannot be a pen"),
        ("Fry, days: 90", "Fry, days: 9", "between 20 and 1,000"),
        ("{count: 2,", "{count: 0,", "between 1 and 99"),
        ("until: 2024-06-30", "until: 2024-06-31", "a date looks like 2025-12-31"),
        ("until: 2024-06-30", "until: 2009-06-30", "must be later than 'since'"),
        ("eggs: [200000, 250000]", "eggs: [200000]", "must hold 2 numbers"),
        ("company: Loch Farms", "company: [a, b]", "must be a single value"),
        ("species: Atlantic Salmon", "company: Other", "the world has the key 'company' twice"),
    ],
)
def test_a_wrong_row_is_named_by_its_line(small_text, old, new, words):
    line = small_text[: small_text.index(old)].count("\n") + 1
    with pytest.raises(GrilseError) as refused:
        parse_world(small_text.replace(old, new, 1), "loch.yaml")
    assert str(refused.value).startswith(f"loch.yaml, line {line}: ")
    assert words in str(refused.value)


def test_every_wrong_area_is_named(small_text):
    area = small_text[small_text.index("  - name: Loch Fyne") :].replace("Fyne", "Etive")
    text = (small_text + area).replace("2500000", "lots", 1).replace("Etive 3", "Etive..3")
    wrong = [number for number, line in enumerate(text.splitlines(), 1) if "lots" in line or "..3" in line]
    with pytest.raises(GrilseError) as refused:
        parse_world(text, "loch.yaml")
    places = [line.split(": ")[0] for line in str(refused.value).splitlines()]
    assert places == [f"loch.yaml, line {number}" for number in wrong]


def test_a_name_used_twice_is_refused(small_text):
    with pytest.raises(GrilseError, match="the name 'Fyne 1' is used twice"):
        parse_world(small_text.replace("Fyne 2", "Fyne 1"), "loch.yaml")


def test_a_missing_section_is_refused(small_text):
    with pytest.raises(GrilseError, match="the world lacks 'geographies'"):
        parse_world(small_text[: small_text.index("geographies:")], "loch.yaml")


def test_what_is_no_yaml_is_refused_by_line():
    with pytest.raises(GrilseError, match=r"^loch.yaml, line 2: is not valid YAML"):
        parse_world("name: loch\n  - what: {", "loch.yaml")


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
@pytest.mark.parametrize("depth", [21, 200_000])
def test_lists_and_mappings_within_too_many_others_are_refused_by_line(opening, depth):
    """Without a limit 200,000 of them end the process."""
    with pytest.raises(GrilseError, match=r"^loch.yaml, line 2: has lists or mappings within more than 20 others"):
        parse_world(f"# loch\n{opening * depth}", "loch.yaml")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(GrilseError, match="cannot be read: No such file"):
        load_world(tmp_path / "nowhere.yaml")
