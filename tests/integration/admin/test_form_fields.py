"""What the forms of the back office refuse by the names of their fields."""

import pytest

AREA = {"name": "Loch B", "fallow_days": "30"}


@pytest.fixture
def area(farm) -> dict[str, str]:
    """The form of a new area."""
    from grilse.farm.models import Geography

    return {**AREA, "geography": f"{Geography.objects.using('owner').filter(company=farm.company).get().pk}"}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"max_biomass": "5"}, "there is no field max_biomass: there are"),
        ({"name": ["Loch B", "Loch C"]}, "name is there twice: send it once"),
        ({"max_biomass_kg": "2000000000"}, "max biomass kg 2,000,000,000: it is from 0 to 1,000,000,000"),
    ],
)
def test_a_form_of_the_back_office_refuses_what_it_does_not_have(office, area, changed, message):
    answer = office.post("/admin/farm/area/add/", area | changed)

    assert answer.status_code == 200
    assert message in answer.content.decode()


def test_a_form_of_the_back_office_takes_its_own_fields_and_buttons(office, area):
    answer = office.post("/admin/farm/area/add/", area | {"_addanother": "Save and add another"})

    assert answer.status_code == 302
