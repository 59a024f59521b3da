"""Containers and feed stores are named at their site: `site/name` where a name alone is of several."""

import numpy as np
import pytest
from tests.edited_farm import at, on

from grilse.environment.actions import Readings, record_readings
from grilse.environment.containers import find_container_id, read_containers
from grilse.environment.lists import READINGS
from grilse.errors import GrilseError
from grilse.farm.actions import places
from grilse.farm.lists import CONTAINERS
from grilse.farm.models import Area, Container
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
