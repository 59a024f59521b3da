"""What the forms of the back office refuse by the names of their fields."""

import pytest
import typer
from django.urls import reverse
from tests.unit.inputs.wrong_values import iter_members, iter_mistyped_texts

from grilse.admin.site import admin_site
from grilse.cli import app
from grilse.cli.input_fields import BACK_OFFICE, list_input_fields

FIELDS = [field for field in list_input_fields(typer.main.get_command(app)) if field.interface == BACK_OFFICE]
ADDRESSES = {
    str(model._meta.verbose_name_plural): f"admin:{model._meta.app_label}_{model._meta.model_name}_add"
    for model, model_admin in admin_site._registry.items()
    if model_admin.permissions.add
}
LOOSE_TEXTS = {
    "integer": ("5.0", "1_000", "+5", "٥"), "number": ("1_000", "+5", "nan", "inf"), "date": ("05/01/26", "20260501"),
    "time": ("8", "8:5"),
}  # fmt: skip
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


@pytest.mark.parametrize("text", ["5.0", "1_000", "+5", "٥", "05"])
def test_a_whole_number_is_written_in_one_way(office, area, text):
    answer = office.post("/admin/farm/area/add/", area | {"fallow_days": text})

    assert answer.status_code == 200
    assert "is not a whole number, as 5" in answer.content.decode()


@pytest.mark.parametrize("text", ["1_000", "٥", "+5", "1e"])
def test_a_number_is_written_in_one_way(office, area, text):
    answer = office.post("/admin/farm/area/add/", area | {"max_biomass_kg": text})

    assert answer.status_code == 200
    assert any(message in answer.content.decode() for message in ("is not a number, as 0.5", "Enter a number"))


@pytest.mark.parametrize(
    ("text", "is_day"),
    [("05/01/26", False), ("5/1/2026", False), ("05/01/2026", True), ("1.5.2026", True), ("yesterday", True)],
)
def test_a_day_has_four_digits_of_its_year(office, text, is_day):
    content = office.post("/admin/farm/sensor/add/", {"parameter": "oxygen", "installed": text}).content.decode()

    assert "choose one" in content or "required" in content
    assert ("is not a day, as 2026-05-01, 01.05.2026" in content) is not is_day


@pytest.mark.parametrize(
    ("place", "field"),
    [(place, field) for field in FIELDS for place in field.places if place in ADDRESSES],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_a_form_of_the_back_office_gets_what_the_table_says(office, place, field):
    texts = list(iter_mistyped_texts(field.values))
    for member in iter_members(field.values):
        texts += LOOSE_TEXTS.get(member.get("format", member.get("type", "")), ())
    for text in texts:
        answer = office.post(reverse(ADDRESSES[place]), {field.name: text, f"{field.name}_0": text})
        assert answer.status_code == 200, (text, answer)
        assert field.name in answer.context_data["adminform"].form.errors, text
