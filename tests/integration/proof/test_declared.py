"""Every query of every door is declared, can be asked, and runs no more statements than it may."""

import inspect
from importlib import import_module
from pathlib import Path

import pytest
from django.utils import timezone
from tests.integration.access.test_leakage import functions
from tests.listed_farm import write_listed

import grilse
from grilse.access.models import ApiKey, Company, Membership
from grilse.api.lists import LISTS
from grilse.health.models import Treatment
from grilse.jobs.models import Job
from grilse.proof.query_traces import trace_query
from grilse.proof.registry import list_declared_budgets

ROOT = Path(grilse.__file__).parent
# No statement of their own: what they are given is all that they know.
ASKING_NOTHING = {
    "access.change_history.compare_rows", "access.change_history.find_event_model",
    "access.change_history.list_tracked_models",
}  # fmt: skip
# Of these the small farm has no row that tells a value.
NOT_THERE = {
    "growth.reports.report_learned_versions", "list.movements.by.order", "list.official-biomass.by.production_area",
    "list.official-biomass.by.release_year", "list.official-lice.by.production_area",
    "list.reading-changes.by.site", "list.temperature-profiles.by.area", "list.transfer-lines.by.container",
}  # fmt: skip


def public(module):
    """Return the public functions of a module, as `room.module.function`."""
    found = import_module(f"grilse.{module}")
    return {
        f"{module}.{name}"
        for name, one in inspect.getmembers(found, inspect.isfunction)
        if one.__module__ == f"grilse.{module}" and not name.startswith("_")
    }


def reading():
    """Return every query function: those of the modules that read, and of every `queries`."""
    modules = (f"{path.parent.name}.queries" for path in ROOT.glob("*/queries.py"))
    return set(functions()).union(*map(public, modules)) - ASKING_NOTHING


def test_every_query_that_a_door_asks_is_declared():
    known = {f"{one.run.__module__}.{one.run.__qualname__}".removeprefix("grilse.") for one in list_declared_budgets()}

    assert reading() - known == set(), "declare it in the module budgets of its app"


def test_every_list_is_declared_with_every_filter():
    names = {one.name for one in list_declared_budgets()}
    wanted = {
        f"list.{listing.name}.{use}"
        for _, listings in LISTS
        for listing in listings
        for use in ("first", "next", "export", *(f"by.{name}" for name in listing.filters))
    }

    assert wanted - names == set(), "declare it in the module budgets of its app"


@pytest.fixture(scope="module")
def farm(database):
    """A farm with rows in every list, whose people have changed something."""
    farm = write_listed(Company.objects.using("owner").create(name="Northern Salmon").pk)
    _lived(farm)
    return farm


def _lived(farm):
    """Write what lists of the small farm do without."""
    of = {"company_id": farm.company}
    Membership.objects.using("owner").create(**of, user_id=farm.user, role="admin")
    keys = ApiKey.objects.using("owner")
    keys.create(**of, user_id=farm.user, name="ERP", prefix="a", digest="d", scopes=["*"], expires_at=timezone.now())
    Job.objects.using("owner").filter(kind="grow").update(state="done", result={}, ended_at=timezone.now())
    Treatment.objects.using("owner").update(withdrawal_days=20)


def _of_staff():
    """Return what names begin with in the rooms of which the farm has no rows; their own tests ask them."""
    rooms = ("people", "helpdesk")
    lists = (listing for _, listings in LISTS for listing in listings)
    return (
        *(f"{room}." for room in rooms),
        *(f"list.{listing.name}." for listing in lists if listing.model._meta.app_label in rooms),
    )


def test_every_hot_query_can_be_asked_and_runs_no_statement_too_many(farm, settings_of_proof):
    settings_of_proof(enter="grilse.access.largest_company.open_largest_company")

    sent = {one.name: trace_query(one) for one in list_declared_budgets()}
    nothing = {name for name, found in sent.items() if found is None and not name.endswith(".next")}
    most = {one.name: one.statements for one in list_declared_budgets()}
    over = {name for name, found in sent.items() if found and len(found.statements) > most[name]}

    assert over == set()
    assert {name for name in nothing if not name.startswith(_of_staff())} == NOT_THERE
