"""Pages name pens and tanks with their sites where several sites have one of a name."""

import pytest
from django.urls import reverse


@pytest.fixture(scope="module")
def farm(database):
    """A farm with an estimated batch, and further sites with pens, halls and tanks of the same names."""
    from tests.edited_farm import write_farm

    from grilse.access.models import Company
    from grilse.access.tenancy import tenant_transaction
    from grilse.farm.actions import places
    from grilse.farm.models import Geography
    from grilse.growth.estimating.run import estimate_company

    farm = write_farm(Company.objects.using("owner").create(name="Twin Sites").pk)
    with tenant_transaction(farm.company, farm.user):
        geography = Geography.objects.get().pk
        area = places.add_place("area", {"name": "Loch B", "geography": geography})
        station = places.add_place("station", {"name": "Beck", "geography": geography})
        halls = [places.add_place("hall", {"name": name, "station": station}) for name in ("A", "Hall E")]
        for name, kind, site in (("P1", "pen", {"area": area}), *(("T1", "tank", {"hall": hall}) for hall in halls)):
            places.add_place("container", {"name": name, "kind": kind, "volume_m3": 9.0, **site})
    estimate_company(farm.company)
    return farm, station


def test_the_growth_page_shows_containers_with_their_sites(farm, login):
    page = login(farm[0].company).get("/batches/A/").content.decode()
    assert [name for name in ("Burn/Hall E/T1 ·", "Loch A/P1 ·", "P2 ·") if name not in page] == []


def test_a_ticket_offers_the_tanks_of_a_station_with_their_halls(farm, login):
    _, station = farm
    choices = login(farm[0].company).get(reverse("ticket-containers"), {"site": f"station-{station}"}).content.decode()
    assert ">A/T1<" in choices
    assert ">Beck/Hall E/T1<" in choices
