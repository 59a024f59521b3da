"""Every list walks each of its rows once, in one statement a page, and shows no other company's."""

import pytest

from grilse.farm.listing import chunks, page
from grilse.farm.lists import LISTS


@pytest.fixture(scope="module")
def farms(database):
    """Two companies with a farm each; their ids."""
    from tests.edited_farm import write_farm

    from grilse.farm.models import Company, Sensor

    companies = [Company.objects.using("owner").create(name=f"Salmon {i}").pk for i in range(2)]
    for company in companies:
        farm = write_farm(company)
        Sensor.objects.using("owner").bulk_create(
            Sensor(company_id=company, container_id=container, parameter=parameter, installed="2024-01-01")
            for container in farm.containers.values()
            for parameter in ("temperature", "oxygen")
        )
    return companies


@pytest.fixture
def acting(farms):
    from grilse.farm.tenancy import acting_for

    with acting_for(farms[0]):
        yield


def walked(listing, limit, filters=None, **how):
    rows, cursor = [], None
    while True:
        found = page(listing, filters, cursor=cursor, limit=limit, **how)
        rows += found.rows
        cursor = found.next
        if cursor is None:
            return rows


@pytest.mark.parametrize("listing", LISTS, ids=lambda listing: listing.name)
def test_pages_hold_every_row_once(acting, listing):
    whole = page(listing, limit=1000).rows
    assert whole
    for limit in range(1, 8):
        assert walked(listing, limit) == whole
    for sort in listing.sorts:
        assert sorted(walked(listing, 3, sort=sort)) == sorted(whole)
    assert walked(listing, 4, sort=listing.sorts[1]) == whole[::-1]
    assert [row for piece in chunks(listing) for row in piece] == whole
