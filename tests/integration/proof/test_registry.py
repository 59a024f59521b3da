"""Every query of every interface has a declaration, runs, and issues no more statements than its budget."""

import inspect
from importlib import import_module
from pathlib import Path

import pytest
from django.utils import timezone
from tests.integration.access.test_company_separation import list_query_functions
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
    "access.change_history.list_tracked_models", "attention.queries.describe_missing_finding",
    "attention.queries.format_figure", "feeding.queries.build_lots_sql", "health.queries.build_limits_sql",
}  # fmt: skip
# Of these the small farm has no row that tells a value.
MISSING_ID = {
    "growth.reports.report_learned_versions", "list.movements.by.order", "list.official-biomass.by.production_area",
    "list.official-biomass.by.release_year", "list.official-lice.by.production_area",
    "list.reading-changes.by.site", "list.temperature-profiles.by.area", "list.transfer-lines.by.container",
}  # fmt: skip


def list_public_functions(module):
    """Return the public functions of a module, as `app.module.function`."""
    module_object = import_module(f"grilse.{module}")
    return {
        f"{module}.{name}"
        for name, function in inspect.getmembers(module_object, inspect.isfunction)
        if function.__module__ == f"grilse.{module}" and not name.startswith("_")
    }


def list_reading_functions():
    """Return every query function: those of the modules that read, and of every `queries`."""
    modules = (f"{path.parent.name}.queries" for path in ROOT.glob("*/queries.py"))
    return set(list_query_functions()).union(*map(list_public_functions, modules)) - ASKING_NOTHING


def test_every_query_of_an_interface_is_declared():
    known = {
        f"{budget.run.__module__}.{budget.run.__qualname__}".removeprefix("grilse.")
        for budget in list_declared_budgets()
    }

    assert list_reading_functions() - known == set(), "declare it in the module budgets of its app"


def test_every_list_is_declared_with_every_filter():
    names = {budget.name for budget in list_declared_budgets()}
    expected = {
        f"list.{listing.name}.{use}"
        for _, listings in LISTS
        for listing in listings
        for use in ("first", "next", "export", *(f"by.{name}" for name in listing.filters))
    }

    assert expected - names == set(), "declare it in the module budgets of its app"


@pytest.fixture(scope="module")
def farm(database):
    """A farm with rows in every list, whose people have changed something."""
    farm = write_listed(Company.objects.using("owner").create(name="Northern Salmon").pk)
    _write_missing_rows(farm)
    return farm


def _write_missing_rows(farm):
    """Write what lists of the small farm do without."""
    of = {"company_id": farm.company}
    Membership.objects.using("owner").create(**of, user_id=farm.user, role="admin")
    keys = ApiKey.objects.using("owner")
    keys.create(**of, user_id=farm.user, name="ERP", prefix="a", digest="d", scopes=["*"], expires_at=timezone.now())
    Job.objects.using("owner").filter(kind="grow").update(state="done", result={}, ended_at=timezone.now())
    Treatment.objects.using("owner").update(withdrawal_days=20)


def _list_staff_prefixes():
    """Return the prefixes of the queries of apps without rows in this farm; their own tests run them."""
    staff_apps = ("people", "helpdesk")
    lists = (listing for _, listings in LISTS for listing in listings)
    return (
        *(f"{app}." for app in staff_apps),
        *(f"list.{listing.name}." for listing in lists if listing.model._meta.app_label in staff_apps),
    )


def test_every_declared_query_runs_within_its_statement_count(farm, proof_settings):
    proof_settings(enter="grilse.access.largest_company.open_largest_company")

    sent = {budget.name: trace_query(budget) for budget in list_declared_budgets()}
    nothing = {name for name, callers in sent.items() if callers is None and not name.endswith(".next")}
    most = {budget.name: budget.statements for budget in list_declared_budgets()}
    over = {name for name, callers in sent.items() if callers and len(callers.statements) > most[name]}

    assert over == set()
    assert {name for name in nothing if not name.startswith(_list_staff_prefixes())} == MISSING_ID
