"""Containers and feed stores are named at their site: `site/name` where a name alone is of several."""

import numpy as np
import pytest
from tests.edited_farm import at, on

from grilse.environment.actions import Readings, record_readings
from grilse.environment.containers import find_container_id, read_containers
from grilse.environment.lists import READINGS
from grilse.errors import GrilseError
from grilse.farm.actions import places
from grilse.farm.lists import CONTAINERS, HALLS
from grilse.farm.models import Area, Container
from grilse.farm.site_names import read_container_labels
from grilse.feeding.lists import FEED_LOTS
from grilse.feeding.models import FeedLot
from grilse.listing.listing import read_page
from grilse.stock.actions.batches import NewBatch, NewStocking, start_batch
from grilse.stock.lists import MOVEMENTS, PLACEMENTS
from grilse.stock.models import Placement, Species
from grilse.stock.queries import list_placements


@pytest.fixture
def other_site(farm, acting):
    """Another site with a pen P1 and a barge of the same name."""
    area = Area.objects.get(name="Loch A")
    site = places.add_place("area", {"name": "Loch B", "geography": area.geography_id})
    place = {"name": "P1", "kind": "pen", "volume_m3": 1000.0, "area": site}
    places.add_place("feed store", {"name": "Barge", "capacity_kg": 1000.0, "area": site})
    return site, places.add_place("container", place)


@pytest.fixture
def halls(farm, acting):
    """Two stations with a hall A each, in which there is a tank 1; ids by station."""
    geography = Area.objects.get(name="Loch A").geography_id
    ids = {}
    for name in ("Beck", "Brook"):
        station = places.add_place("station", {"name": name, "geography": geography})
        hall = places.add_place("hall", {"name": "A", "station": station})
        ids[name] = places.add_place("container", {"name": "1", "kind": "tank", "volume_m3": 9.0, "hall": hall})
    return ids


def list_column(listing, name, **filters):
    return [row[0] for row in read_page(listing, filters, fields=[name]).rows]


def test_a_name_is_once_at_a_site(farm, acting, other_site):
    site, _ = other_site
    with pytest.raises(GrilseError, match="container Loch B/P1 is there already"):
        places.add_place("container", {"name": "P1", "kind": "pen", "volume_m3": 1.0, "area": site})


def test_the_site_is_written_where_the_name_alone_is_not_enough(farm, acting, other_site):
    assert set(list_column(PLACEMENTS, "container")) == {"Loch A/P1", "P2", "P3", "P4", "T1", "T2"}
    assert "Loch A/P1" in list_column(MOVEMENTS, "to_container")
    assert set(list_column(FEED_LOTS, "store")) == {"Loch A/Barge"}
    assert {row.container for row in list_placements(farm.batches["A"])} == {"T1", "Loch A/P1", "P2"}
    assert set(list_column(CONTAINERS, "name")) == {"P1", "P2", "P3", "P4", "T1", "T2"}


def test_without_a_second_site_names_are_as_people_gave_them(farm, acting):
    assert set(list_column(PLACEMENTS, "container")) == {"P1", "P2", "P3", "P4", "T1", "T2"}
    assert list_column(PLACEMENTS, "name", container="P1") == list_column(PLACEMENTS, "name", container="Loch A/P1")


@pytest.mark.parametrize(("listing", "field"), [(PLACEMENTS, "name"), (READINGS, "container"), (MOVEMENTS, "kind")])
def test_a_filter_by_a_name_of_two_sites_is_refused_with_both(farm, acting, other_site, listing, field):
    why = "several sites have a container P1: write Loch A/P1 or Loch B/P1"
    with pytest.raises(GrilseError, match=why) as refusal:
        list_column(listing, field, container="P1")
    assert refusal.value.field == "container"
    assert list_column(listing, field, container="Loch A/P1")
    assert list_column(listing, field, container="Loch B/P1") == []
    assert list_column(listing, field, container="Loch C/P1") == []


def test_a_filter_by_a_store_of_two_sites_is_refused_with_both(farm, acting, other_site):
    with pytest.raises(GrilseError, match="several sites have a store Barge"):
        list_column(FEED_LOTS, "number", store="Barge")
    assert len(list_column(FEED_LOTS, "number", store="Loch A/Barge")) == FeedLot.objects.count()


def test_a_sender_of_readings_names_the_site(farm, acting, other_site):
    _, pen = other_site
    with pytest.raises(GrilseError, match="several sites have a container P1: write Loch A/P1 or Loch B/P1"):
        find_container_id("P1")
    assert [find_container_id(name) for name in ("Loch B/P1", pen, "P2")] == [pen, pen, farm.containers["P2"]]
    record_readings(
        Readings(
            container=np.array([read_containers().ids["Loch B/P1"]]),
            at=np.array([at(30).replace(tzinfo=None)], "datetime64[us]"),
            measured={"temperature_c": np.array([7.5])},
        )
    )
    assert list_column(READINGS, "container", container="Loch B/P1") == ["Loch B/P1"]


def test_a_name_with_a_slash_is_not_taken_for_that_of_a_site(farm, acting, other_site):
    site, pen = other_site
    odd = places.add_place("container", {"name": "Loch B/P1", "kind": "pen", "volume_m3": 1.0, "area": site})
    assert find_container_id("Loch B/P1") == pen
    assert find_container_id("Loch B/Loch B/P1") == odd
    assert Container.objects.get(pk=odd).name == "Loch B/P1"


def test_a_batch_in_two_pens_of_one_name_has_placements_of_two_names(farm, acting, other_site):
    first = Container.objects.create(
        company_id=farm.company, name="N", kind="pen", volume_m3=1000, area_id=other_site[0]
    )
    area = Area.objects.get(name="Loch A")
    second = Container.objects.create(company_id=farm.company, name="N", kind="pen", volume_m3=1000, area=area)
    stocked = [NewStocking(container=row.pk, stage=6, count=100, mean_weight_g=200.0) for row in (first, second)]
    species = Species.objects.get().pk
    batch = start_batch(NewBatch(number="N", species=species, start=on(40), stocked=stocked)).batch
    names = Placement.objects.filter(batch=batch).order_by("name").values_list("name", flat=True)
    assert list(names) == ["N/6/N", "N/6/N-2"]
    with pytest.raises(GrilseError, match="Loch B/N is not free on"):
        start_batch(NewBatch(number="M", species=species, start=on(41), stocked=stocked[:1]))


def test_a_hall_is_once_at_its_station(farm, acting, halls):
    station = places.get_place("container", halls["Beck"]).hall.station_id
    with pytest.raises(GrilseError, match="hall Beck/A is there already"):
        places.add_place("hall", {"name": "A", "station": station})


def test_the_station_is_written_where_the_hall_alone_is_not_enough(farm, acting, halls):
    assert list_column(HALLS, "name") == ["A", "A", "Hall E"]
    assert set(list_column(CONTAINERS, "hall")) == {None, "Beck/A", "Brook/A", "Hall E"}
    time = np.array([at(30).replace(tzinfo=None)] * 2, "datetime64[us]")
    measured = {"temperature_c": np.array([7.5, 8.5])}
    record_readings(Readings(container=np.array(list(halls.values())), at=time, measured=measured))
    for station, container in halls.items():
        name = f"{station}/A/1"
        assert find_container_id(name) == container
        assert list_column(READINGS, "container", container=name) == [name]
        assert list_column(CONTAINERS, "id", site=f"{station}/A") == [container]
    assert find_container_id("Burn/Hall E/T1") == find_container_id("T1") == farm.containers["T1"]


@pytest.mark.parametrize("name", ["1", "A/1"])
def test_a_container_in_halls_of_several_stations_is_refused_with_all(farm, acting, halls, name):
    with pytest.raises(GrilseError, match=f"several sites have a container {name}: write Beck/A/1 or Brook/A/1"):
        find_container_id(name)
    with pytest.raises(GrilseError, match=f"several sites have a container {name}: write Beck/A/1 or Brook/A/1"):
        list_column(READINGS, "container", container=name)


def test_a_filter_by_a_hall_of_several_stations_is_refused_with_all(farm, acting, halls):
    with pytest.raises(GrilseError, match="several sites have a hall A: write Beck/A or Brook/A") as refusal:
        list_column(CONTAINERS, "name", site="A")
    assert refusal.value.field == "site"
    assert list_column(CONTAINERS, "id", site="Beck") == [halls["Beck"]]


def test_an_area_with_the_name_of_a_hall_is_written_by_its_name_and_the_hall_with_its_station(farm, acting):
    area = Area.objects.get(name="Loch A")
    twin = places.add_place("area", {"name": "Hall E", "geography": area.geography_id})
    pen = places.add_place("container", {"name": "T1", "kind": "pen", "volume_m3": 9.0, "area": twin})
    names = dict(read_page(CONTAINERS, {}, fields=["id", "hall"]).rows)
    assert names[farm.containers["T1"]] == "Burn/Hall E"
    assert find_container_id("Burn/Hall E/T1") == farm.containers["T1"]
    assert read_container_labels()[pen] == "Hall E/T1"
    assert find_container_id("Hall E/T1") == pen
    assert list_placements(farm.batches["A"])[0].site == "Burn/Hall E"
