"""Every address of the office × role × company × geography, against the matrix."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.integration.access.companies import write_world

from grilse.access.permissions import find_roles_with, load_roles
from grilse.admin.audit import HistoryAdmin
from grilse.admin.base import HISTORY
from grilse.admin.urls import admin_site

# The row that stands for each list, by what the world calls it; a company's own rows have no geography.
ROWS = {
    "farm_geography": "geography",
    "farm_area": "area",
    "farm_station": "station",
    "farm_hall": "hall",
    "farm_container": "container",
    "farm_feedstore": "feed_store",
    "farm_sensor": "sensor",
    "access_membership": "member",
    "access_apikey": "key",
    "stock_batch": "batch",
    "stock_placement": "placement",
    "stock_movement": "movement",
    "stock_weightsample": "sample",
    "stock_transferorder": "order",
    "stock_transferline": "line",
    "stock_harvestgrade": "grade",
    "stock_fishcount": "fish_count",
    "feeding_feed": "feed",
    "feeding_feedlot": "lot",
    "feeding_meal": "meal",
    "feeding_storeadjustment": "adjustment",
    "health_licecount": "count",
    "health_treatment": "treatment",
    "health_healthsample": "health_sample",
    "health_licelimit": "limit",
    "growth_growthmodel": "growth_model",
    "growth_mortalitymodel": "mortality_model",
    "planning_projection": "run",
    "people_person": "head",
    "people_team": "team",
    "people_fence": "fence",
    "people_transportrate": "rate",
    "people_workrules": "work_rules",
    "helpdesk_category": "category",
    "helpdesk_businesshours": "hours",
    "helpdesk_holiday": "holiday",
    "helpdesk_servicelevel": "level",
    "helpdesk_escalationrule": "rule",
}
OF_THE_COMPANY = {
    "feed", "growth_model", "mortality_model", "key", "head", "team", "rate", "work_rules", "category",
    "hours", "holiday", "level", "rule",
}  # fmt: skip
KINDS = ("stock.mortality", "stock.stock", "stock.move", "stock.harvest", "stock.correct")


def get_model_name(model_admin):
    return f"{model_admin.model._meta.app_label}_{model_admin.model._meta.model_name}"


REGISTERED = {get_model_name(model_admin): model_admin for model_admin in admin_site._registry.values()}
HELD_ROWS = {name: model_admin for name, model_admin in REGISTERED.items() if not isinstance(model_admin, HistoryAdmin)}


@pytest.fixture(scope="module")
def world(database):
    """Two geographies of a company, and one of another; the first has what belongs to no geography too."""
    from grilse.access.models import ApiKey
    from grilse.growth.models import GrowthModel, MortalityModel
    from grilse.people.models import WorkRules

    here, far = write_world("Northern Salmon")
    other, _ = write_world("Other Salmon")
    for region in (here, other):
        of = {"company_id": region.company}
        region.ids["growth_model"] = GrowthModel.objects.using("owner").filter(**of)[0].pk
        region.ids["mortality_model"] = MortalityModel.objects.using("owner").filter(**of)[0].pk
        region.ids["work_rules"] = WorkRules.objects.using("owner").create(**of).pk
        end = datetime.now(UTC) + timedelta(days=1)
        key = {"name": "robot", "prefix": "ab", "digest": str(region.company), "scopes": ["*"], "expires_at": end}
        user = _create_user(f"holder of {region.company}").pk
        region.ids["key"] = ApiKey.objects.using("owner").create(**of, user_id=user, **key).pk
    return here, far, other


@pytest.fixture(scope="module")
def visitors(world):
    """A browser for each role: in the whole company, in the far geography of it, in the other company."""
    here, far, other = world
    memberships = {
        "everywhere": (here.company, None),
        "far": (here.company, far.geography),
        "other": (other.company, None),
    }
    return {
        (role, where): _log_in_visitor(role, where, *memberships[where])
        for role in load_roles()
        for where in memberships
    }


def _create_user(name):
    from django.contrib.auth.models import User

    return User.objects.using("owner").create(username=name)


def _log_in_visitor(role, where, company, geography):
    from grilse.access.models import Membership

    user = _create_user(f"{role} {where}")
    Membership.objects.using("owner").create(company_id=company, user_id=user.pk, role=role, geography_id=geography)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user)
    return browser


def find_needed_roles(model_admin, verb):
    """Return the roles that a verb is for."""
    if verb == "add" and get_model_name(model_admin) == "stock_movement":
        return frozenset().union(*(find_roles_with((kind,)) for kind in KINDS))
    may = {
        "changelist": model_admin.permissions.view,
        "change": model_admin.permissions.view,
        "history": (*model_admin.permissions.view, HISTORY),
        "add": model_admin.permissions.add,
        "delete": model_admin.permissions.delete,
    }[verb]
    return find_roles_with(may) if may else frozenset()


def build_address(name, verb, row):
    return reverse(f"admin:{name}_{verb}", args=[row] if verb in ("change", "history", "delete") else [])


def list_verbs(model_admin):
    """Return the verbs that there are addresses for."""
    there = ["changelist", "change", "history"]
    return (
        there
        + (["add"] if model_admin.permissions.add else [])
        + (["delete"] if model_admin.permissions.delete else [])
    )


def test_journals_are_not_in_the_back_office():
    written = {"journalentry", "keptversion", "consent", "comment", "attachment", "trackpoint", "visit"}
    assert not {f"people_{name}" for name in written} & set(REGISTERED)
    assert not {"people_journalentryevent", "people_consentevent"} & set(REGISTERED)
    assert "people_personevent" in REGISTERED


def test_every_list_has_a_row_to_try():
    assert set(HELD_ROWS) == set(ROWS)


@pytest.mark.parametrize("name", HELD_ROWS)
def test_an_address_is_for_the_roles_that_the_matrix_names(world, visitors, name):
    model_admin, row = HELD_ROWS[name], world[0].ids[ROWS[name]]
    for verb in list_verbs(model_admin):
        able = [role for role in load_roles() if role in find_needed_roles(model_admin, verb)]
        # A page takes longest to be drawn: the lowest role that may see it stands for those above.
        assert visitors[able[-1], "everywhere"].get(build_address(name, verb, row)).status_code == 200, verb
        for role in set(load_roles()) - set(able):
            assert visitors[role, "everywhere"].get(build_address(name, verb, row)).status_code == 403, (verb, role)


@pytest.mark.parametrize("name", [name for name, kept in REGISTERED.items() if isinstance(kept, HistoryAdmin)])
def test_history_is_for_the_roles_that_the_matrix_names(visitors, name):
    able = find_needed_roles(REGISTERED[name], "changelist")
    for role in set(load_roles()) - able:
        assert visitors[role, "everywhere"].get(build_address(name, "changelist", 0)).status_code == 403, role


@pytest.mark.parametrize("name", HELD_ROWS)
def test_a_row_out_of_scope_is_not_found(world, visitors, name):
    model_admin, row = HELD_ROWS[name], world[0].ids[ROWS[name]]
    places = ["other"] if ROWS[name] in OF_THE_COMPANY else ["other", "far"]
    for where in places:
        browser = visitors["admin", where]
        for verb in set(list_verbs(model_admin)) & {"change", "history", "delete"}:
            assert browser.get(build_address(name, verb, row)).status_code == 404, (where, verb)
        if model_admin.permissions.delete:
            assert browser.post(build_address(name, "delete", row), {"why": "x"}).status_code == 404, where
        assert browser.post(build_address(name, "change", row), {"why": "x"}).status_code in (403, 404), where
        listed = browser.get(build_address(name, "changelist", row)).content.decode()
        assert f"/{row}/change/" not in listed, where
