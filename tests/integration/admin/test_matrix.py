"""Every address of the office × role × company × geography, against the matrix."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.integration.access.world import write_world

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
    "farm_membership": "member",
    "farm_apikey": "key",
    "stock_batch": "batch",
    "stock_placement": "placement",
    "stock_movement": "movement",
    "stock_weightsample": "sample",
    "stock_transferorder": "order",
    "stock_transferline": "line",
    "stock_harvestgrade": "grade",
    "feeding_feed": "feed",
    "feeding_feedlot": "lot",
    "feeding_meal": "meal",
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


def name_of(kept):
    return f"{kept.model._meta.app_label}_{kept.model._meta.model_name}"


REGISTERED = {name_of(kept): kept for kept in admin_site._registry.values()}
HELD = {name: kept for name, kept in REGISTERED.items() if not isinstance(kept, HistoryAdmin)}


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
        user = _user(f"holder of {region.company}").pk
        region.ids["key"] = ApiKey.objects.using("owner").create(**of, user_id=user, **key).pk
    return here, far, other


@pytest.fixture(scope="module")
def visitors(world):
    """A browser for each role: in the whole company, in the far geography of it, in the other company."""
    here, far, other = world
    held = {"everywhere": (here.company, None), "far": (here.company, far.geography), "other": (other.company, None)}
    return {(role, where): _visitor(role, where, *held[where]) for role in load_roles() for where in held}


def _user(name):
    from django.contrib.auth.models import User

    return User.objects.using("owner").create(username=name)


def _visitor(role, where, company, geography):
    from grilse.access.models import Membership

    user = _user(f"{role} {where}")
    Membership.objects.using("owner").create(company_id=company, user_id=user.pk, role=role, geography_id=geography)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user)
    return browser


def needed(kept, verb):
    """Return the roles that a verb is for."""
    if verb == "add" and name_of(kept) == "stock_movement":
        return frozenset().union(*(find_roles_with((kind,)) for kind in KINDS))
    may = {
        "changelist": kept.permissions.view,
        "change": kept.permissions.view,
        "history": (*kept.permissions.view, HISTORY),
        "add": kept.permissions.add,
        "delete": kept.permissions.delete,
    }[verb]
    return find_roles_with(may) if may else frozenset()


def address(name, verb, row):
    return reverse(f"admin:{name}_{verb}", args=[row] if verb in ("change", "history", "delete") else [])


def verbs(kept):
    """Return the verbs that there are addresses for."""
    there = ["changelist", "change", "history"]
    return there + (["add"] if kept.permissions.add else []) + (["delete"] if kept.permissions.delete else [])


def test_what_people_wrote_is_not_in_the_office():
    written = {"journalentry", "keptversion", "consent", "comment", "attachment", "trackpoint", "visit"}
    assert not {f"people_{name}" for name in written} & set(REGISTERED)
    assert not {"people_journalentryevent", "people_consentevent"} & set(REGISTERED)
    assert "people_personevent" in REGISTERED


def test_every_list_has_a_row_to_try():
    assert set(HELD) == set(ROWS)


@pytest.mark.parametrize("name", HELD)
def test_an_address_is_for_the_roles_that_the_matrix_names(world, visitors, name):
    kept, row = HELD[name], world[0].ids[ROWS[name]]
    for verb in verbs(kept):
        able = [role for role in load_roles() if role in needed(kept, verb)]
        # A page takes longest to be drawn: the lowest role that may see it stands for those above.
        assert visitors[able[-1], "everywhere"].get(address(name, verb, row)).status_code == 200, verb
        for role in set(load_roles()) - set(able):
            assert visitors[role, "everywhere"].get(address(name, verb, row)).status_code == 403, (verb, role)


@pytest.mark.parametrize("name", [name for name, kept in REGISTERED.items() if isinstance(kept, HistoryAdmin)])
def test_history_is_for_the_roles_that_the_matrix_names(visitors, name):
    able = needed(REGISTERED[name], "changelist")
    for role in set(load_roles()) - able:
        assert visitors[role, "everywhere"].get(address(name, "changelist", 0)).status_code == 403, role


@pytest.mark.parametrize("name", HELD)
def test_a_row_out_of_reach_is_not_there(world, visitors, name):
    kept, row = HELD[name], world[0].ids[ROWS[name]]
    places = ["other"] if ROWS[name] in OF_THE_COMPANY else ["other", "far"]
    for where in places:
        browser = visitors["admin", where]
        for verb in set(verbs(kept)) & {"change", "history", "delete"}:
            assert browser.get(address(name, verb, row)).status_code == 404, (where, verb)
        if kept.permissions.delete:
            assert browser.post(address(name, "delete", row), {"why": "x"}).status_code == 404, where
        assert browser.post(address(name, "change", row), {"why": "x"}).status_code in (403, 404), where
        listed = browser.get(address(name, "changelist", row)).content.decode()
        assert f"/{row}/change/" not in listed, where
