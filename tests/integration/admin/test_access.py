"""Who comes in, and how far."""

import re

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from tests.edited_farm import on

CONTAINERS = "admin:farm_container_changelist"


def test_a_stranger_is_sent_to_the_login(client_of_nobody):
    answer = client_of_nobody.get("/admin/")
    assert answer["Location"] == "/login/?next=/admin/"


@pytest.fixture
def client_of_nobody(farm):
    from django.test import Client

    return Client(SERVER_NAME="localhost")


def test_a_login_without_a_role_is_refused(login):
    assert login("").get("/admin/").status_code == 403


def test_a_superuser_without_a_role_is_refused(farm):
    from django.contrib.auth import get_user_model
    from django.test import Client

    user = get_user_model().objects.using("owner").create(username="root", is_superuser=True, is_staff=True)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user)
    assert browser.get("/admin/").status_code == 403
    assert browser.get(reverse(CONTAINERS)).status_code == 403


def test_flags_of_a_user_open_nothing(login, farm, owner):
    browser = login("viewer")
    owner.execute("UPDATE auth_user SET is_superuser = true, is_staff = true WHERE username LIKE 'viewer%'")
    owner.commit()
    assert browser.get("/admin/").status_code == 200
    assert browser.get(reverse("admin:farm_area_add")).status_code == 403


@pytest.mark.parametrize(
    ("role", "address", "status"),
    [
        ("viewer", "admin:stock_movement_changelist", 200),
        ("viewer", "admin:stock_movement_add", 403),
        ("planner", "admin:stock_movement_add", 200),
        ("operator", "admin:stock_weightsample_add", 200),
        ("finance", "admin:feeding_feedlot_add", 200),
        ("operator", "admin:access_membership_changelist", 403),
        ("manager", "admin:access_membership_changelist", 200),
        ("manager", "admin:access_membership_add", 403),
        ("vet", "admin:stock_batchevent_changelist", 403),
        ("manager", "admin:stock_batchevent_changelist", 200),
    ],
)
def test_roles_reach_what_the_matrix_says(login, role, address, status):
    assert login(role).get(reverse(address)).status_code == status


def test_an_operator_enters_deaths_and_no_count_correction(login, farm):
    form = {"date": on(32), "source": farm.placements["A/P1"], "count": 3}
    browser = login("operator")
    page = browser.get(reverse("admin:stock_movement_add")).content.decode()
    assert "MORTALITY" in page
    assert "COUNT_CORRECTION" not in page
    add = reverse("admin:stock_movement_add")
    assert browser.post(add, {**form, "kind": "COUNT_CORRECTION", "why": "x"}).status_code == 403
    assert browser.post(add, {**form, "kind": "MORTALITY"}).status_code == 302


def test_a_user_without_change_permission_sees_a_row_but_cannot_save_it(login, farm, owner):
    [row] = owner.execute("SELECT min(id) FROM stock_weightsample WHERE company_id = %s", [farm.company]).fetchone()
    address, browser = reverse("admin:stock_weightsample_change", args=[row]), login("viewer")
    page = browser.get(address).content.decode()
    assert "A/T1" in page
    assert 'name="_save"' not in page
    assert browser.post(address, {"why": "x"}).status_code == 403
    removal = reverse("admin:stock_weightsample_delete", args=[row])
    assert browser.post(removal, {"why": "x"}).status_code == 403
    assert browser.get(reverse("admin:stock_weightsample_history", args=[row])).status_code == 403


def test_another_companys_rows_do_not_exist(office, other_farm, owner):
    foreign = other_farm.containers["P1"]
    for verb in ("change", "delete", "history"):
        assert office.get(reverse(f"admin:farm_container_{verb}", args=[foreign])).status_code == 404
    page = office.get(reverse(CONTAINERS), {"q": "P1"}).content.decode()
    assert f"/{foreign}/change/" not in page
    offered = {"app_label": "farm", "model_name": "sensor", "field_name": "container", "term": "P1"}
    results = office.get(reverse("admin:autocomplete"), offered).json()["results"]
    assert results
    assert str(foreign) not in {result["id"] for result in results}


def test_a_role_in_another_geography_sees_none_of_this_one(login, farm, owner):
    from grilse.farm.models import Geography

    far = Geography.objects.using("owner").create(company_id=farm.company, name="Far").pk
    browser = login("manager", far)
    assert 'id="result_list"' not in browser.get(reverse(CONTAINERS)).content.decode()
    pen = reverse("admin:farm_container_change", args=[farm.containers["P1"]])
    assert browser.get(pen).status_code == 404


def test_a_role_changes_its_own_geography_and_only_sees_the_other(login, farm, owner):
    [here] = owner.execute(
        "SELECT min(id) FROM farm_geography WHERE company_id = %s AND name <> 'Far'", [farm.company]
    ).fetchone()
    browser = login("manager", here)
    [row] = owner.execute("SELECT min(id) FROM stock_weightsample WHERE company_id = %s", [farm.company]).fetchone()
    assert 'name="_save"' in browser.get(reverse("admin:stock_weightsample_change", args=[row])).content.decode()


def test_members_of_other_companies_are_not_offered(office, other_farm, owner):
    page = office.get(reverse("admin:access_membership_add")).content.decode()
    assert f"editor of {other_farm.company}" not in page


def test_an_api_key_page_shows_no_secret(office, farm):
    from datetime import UTC, datetime

    from grilse.access.models import ApiKey

    key = ApiKey.objects.using("owner").create(
        company_id=farm.company,
        user_id=farm.user,
        name="robot",
        prefix="abcdef01",
        digest="d" * 64,
        scopes=["*"],
        expires_at=datetime(2100, 1, 1, tzinfo=UTC),
    )
    page = office.get(reverse("admin:access_apikey_change", args=[key.pk])).content.decode()
    assert "robot" in page
    assert "d" * 64 not in page
    assert office.post(reverse("admin:access_apikey_delete", args=[key.pk]), {"why": "lost"}).status_code == 302
    assert ApiKey.objects.using("owner").get(pk=key.pk).revoked_at is not None


def test_the_pages_load_from_this_server_only_and_are_kept_by_nobody(office):
    answer = office.get("/admin/")
    assert "script-src 'self' 'unsafe-eval'; style-src 'self';" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    page = answer.content.decode()
    assert "<style" not in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


def test_a_long_list_counts_nothing(office, farm):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        assert office.get(reverse("admin:stock_movement_changelist"), {"q": "A/P1"}).status_code == 200
    assert not [query["sql"] for query in queries if "COUNT(" in query["sql"]]
    # Session, login, three of the transaction, time zone, companies of the login, names searched, rows.
    assert len(queries) <= 9


@pytest.mark.parametrize("query", ["digest__startswith=d", "user__password__startswith=a", "revoked_at=x"])
def test_an_address_narrows_a_list_by_its_filters_only(office, query):
    address = reverse("admin:access_apikey_changelist")
    assert office.get(f"{address}?{query}").status_code == 400


def test_a_filter_narrows_a_list(office):
    page = office.get(reverse("admin:stock_movement_changelist"), {"kind__exact": "CULL"}).content.decode()
    assert "B/P3" in page
    assert "A/T1" not in page.partition('id="result_list"')[2]


def test_an_admin_that_states_no_permissions_stops_the_start():
    from unfold.admin import ModelAdmin

    from grilse.admin.site import GrilseAdminSite
    from grilse.stock.models import Species

    with pytest.raises(ImproperlyConfigured, match="does not say which permissions its verbs need"):
        GrilseAdminSite().register(Species, ModelAdmin)


def test_what_is_registered_is_sound():
    from grilse.admin.urls import admin_site

    assert [error for model_admin in admin_site._registry.values() for error in model_admin.check()] == []
