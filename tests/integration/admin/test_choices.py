"""What forms and lists of the back office offer: fixed words, active placements, stores by site, units and sums."""

import re

import pytest
from django.db.models import Model
from django.urls import reverse
from tests.edited_farm import on

from grilse.admin.urls import admin_site


def search(office, app, model, field, term):
    parameters = {"app_label": app, "model_name": model, "field_name": field, "term": term}
    return [row["text"] for row in office.get(reverse("admin:autocomplete"), parameters).json()["results"]]


@pytest.mark.parametrize("model", admin_site._registry, ids=lambda model: model.__name__)
def test_a_row_has_a_name_of_its_own(model):
    assert model.__str__ is not Model.__str__


def test_fish_are_moved_out_of_active_placements_only(office, farm, owner):
    name = "B/P3"
    full_name = owner.execute("SELECT name FROM stock_placement WHERE id = %s", [farm.placements[name]]).fetchone()[0]
    assert full_name in search(office, "stock", "transferline", "source", full_name)
    owner.execute("UPDATE stock_placement SET stop = %s WHERE id = %s", [on(42), farm.placements[name]])
    owner.commit()
    try:
        assert full_name not in search(office, "stock", "transferline", "source", full_name)
        assert search(office, "stock", "weightsample", "placement", full_name)[-1].startswith(f"{full_name} (ended ")
    finally:
        owner.execute("UPDATE stock_placement SET stop = NULL WHERE id = %s", [farm.placements[name]])
        owner.commit()


def test_stores_and_pens_are_found_by_their_site(office):
    assert [name for name in search(office, "feeding", "feedlot", "store", "Loch A") if name.startswith("Loch A/")]
    assert [name for name in search(office, "stock", "placement", "container", "Loch P1") if name == "Loch A/P1"]
    assert search(office, "feeding", "feedlot", "store", "no such site") == []
    page = office.get(reverse("admin:feeding_meal_add")).content.decode()
    assert page.count("<option") < 10


WORDS = {
    "stock_weightsample": ("method", "CAMERA"), "stock_movement": ("cause", "WINTER_ULCER"),
    "health_treatment": ("method", "thermal"), "health_licecount": ("method", "manual"),
    "farm_sensor": ("parameter", "oxygen"), "farm_geography": ("time_zone", "Atlantic/Faroe"),
    "people_workrules": ("time_zone", "Atlantic/Faroe"), "helpdesk_servicelevel": ("priority", "urgent"),
    "helpdesk_escalationrule": ("priority", "high"), "helpdesk_businesshours": ("weekday", "6"),
}  # fmt: skip


@pytest.mark.parametrize("name", WORDS)
def test_words_that_are_fixed_are_chosen(office, name):
    field, word = WORDS[name]
    page = office.get(reverse(f"admin:{name}_add")).content.decode()
    select = page.partition(f'<select name="{field}"')[2].partition("</select>")[0]
    assert f'<option value="{word}"' in select


def test_a_word_of_an_import_stays_and_another_is_refused_by_the_action(office, farm, owner):
    form = {"placement": farm.placements["A/P1"], "date": on(33), "fish_weighed": 20, "mean_weight_g": 900}
    refused = office.post(reverse("admin:stock_weightsample_add"), {**form, "method": "GUESS"})
    assert "GUESS" in f"{refused.context_data['adminform'].form.errors['method']}"
    treatment = {
        "placement": farm.placements["A/P1"], "kind": "delousing", "method": "laser", "start": on(20), "stop": on(20)
    }  # fmt: skip
    assert office.post(reverse("admin:health_treatment_add"), treatment).status_code == 302
    [row] = owner.execute("SELECT id FROM health_treatment WHERE method = 'laser'").fetchone()
    page = office.get(reverse("admin:health_treatment_change", args=[row])).content.decode()
    assert '<option value="laser" selected>' in page


def test_prices_name_their_currency_and_are_written_as_people_write_them(office, farm, owner):
    address = reverse("admin:feeding_feed_add")
    assert "Price, EUR per kg" in office.get(address).content.decode()
    assert office.post(address, {"name": "Priced", "price_per_kg": "14.25"}).status_code == 302
    [row, price] = owner.execute("SELECT id, price_per_kg FROM feeding_feed WHERE name = 'Priced'").fetchone()
    assert price == 1425
    assert 'value="14.25"' in office.get(reverse("admin:feeding_feed_change", args=[row])).content.decode()
    listed = office.get(reverse("admin:feeding_feed_changelist")).content.decode()
    assert "Price, EUR per kg" in listed
    assert "14.25" in listed
    wrong = office.post(address, {"name": "Finer", "price_per_kg": "14.255"})
    assert "two decimals" in f"{wrong.context_data['adminform'].form.errors['price_per_kg']}"


def test_the_changes_of_records_are_behind_one_entry(office, login):
    index = office.get(reverse("admin:index")).content.decode()
    assert "event/" not in index
    assert " events</" not in index.lower().replace("\n", "")
    assert reverse("admin:activity") in index
    page = office.get(reverse("admin:activity")).content.decode()
    assert f'href="{reverse("admin:farm_containerevent_changelist")}"' in page
    assert "settingss" not in page
    assert "fishs" not in page
    assert login("operator").get(reverse("admin:activity")).status_code == 403
    assert reverse("admin:activity") not in login("operator").get(reverse("admin:index")).content.decode()


def test_a_list_sums_the_rows_that_it_shows(office, farm, owner):
    query = "SELECT count(*), sum(grams) / 1000.0 FROM feeding_feedlot WHERE company_id = %s"
    [lots, kg] = owner.execute(query, [farm.company]).fetchone()
    page = office.get(reverse("admin:feeding_feedlot_changelist")).content.decode().replace("\u202f", "")
    assert f"Total of the {lots} row" in page
    assert float(re.search(r"<strong>([0-9.]+)</strong> kg", page)[1]) == pytest.approx(float(kg), abs=0.06)
    moves = office.get(reverse("admin:stock_movement_changelist")).content.decode()
    assert "fish, stocking" in moves


def test_a_login_of_two_companies_changes_company_in_the_back_office(office, login, farm, other_farm):
    from django.contrib.auth import get_user_model

    from grilse.access.models import Membership

    address = reverse("admin:index")
    assert "Change to" not in office.get(address).content.decode()
    user = get_user_model().objects.using("owner").get(pk=office.session["_auth_user_id"])
    both = Membership.objects.using("owner").create(company_id=other_farm.company, user=user, role="viewer")
    try:
        assert "Change to Other Salmon" in office.get(address).content.decode()
        office.post("/company/", {"company": other_farm.company})
        assert "Change to Northern Salmon" in office.get(address).content.decode()
    finally:
        office.post("/company/", {"company": farm.company})
        both.delete()
