"""What one company can learn of another: nothing, by any query, view, reference, stream, error or search."""

import inspect
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from datetime import date
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from tests.edited_farm import at, on
from tests.integration.access.companies import CompanyRows, write_world

from grilse.access.queries import refuse_unknown_login
from grilse.access.tenancy import tenant_transaction
from grilse.errors import GrilseError
from grilse.farm.models import Area

MODULES = (
    "access.queries", "access.change_history", "stock.queries", "environment.queries",
    "environment.containers", "feeding.queries", "health.queries",
    "growth.queries", "growth.weight_records", "growth.history",
    "growth.estimating.as_of",
    "planning.queries", "jobs.queries", "official.queries", "people.directory",
    "people.journal", "people.wellbeing", "helpdesk.queries",
    "helpdesk.service_report", "people.queries", "people.conveyance",
)  # fmt: skip
# Of all companies, or of no rows at all.
SHARED = {
    "health.queries.read_causes", "health.queries.read_cause_codes", "access.change_history.compare_rows",
    "access.change_history.find_event_model",
    "access.change_history.list_tracked_models", "access.change_history.read_row_changes",
    "health.queries.describe_withdrawal_hold", "health.queries.build_limits_sql", "feeding.queries.build_lots_sql",
    "growth.queries.find_training_cutoff", "official.queries.read_files", "official.queries.compare_biomass",
    "people.wellbeing.write_reports",
    "official.queries.read_sites", "official.queries.get_area", "official.queries.compare_lice",
}  # fmt: skip
# Of one person, whatever the company: tests/integration/people/test_entry_scopes.py asks them.
PERSONAL = {
    "people.journal.list_consents", "people.journal.read_entry", "people.journal.list_own_entries",
    "people.journal.list_deleted_entries",
    "people.journal.read_streak", "people.journal.list_shared_entries", "people.journal.read_trends",
    "people.queries.list_conflicts",
}  # fmt: skip

LONG_AGO, LATER = date(2020, 1, 1), date(2030, 1, 1)
REQUESTED: dict[str, Callable[[CompanyRows], tuple[tuple[Any, ...], dict[str, Any]]]] = {
    "access.queries.read_api_keys": lambda r: ((r.ids["user"],), {"everybody": True}),
    "access.queries.read_memberships": lambda r: ((), {}),
    "access.change_history.read_table_changes": lambda r: (("health.licecount",), {"row": r.ids["count"]}),
    "growth.queries.find_last_recorded_day": lambda r: ((), {}),
    "stock.queries.read_batch": lambda r: ((r.numbers["batch"],), {}),
    "stock.queries.read_batch_events": lambda r: ((r.ids["batch"],), {}),
    "stock.queries.list_placements": lambda r: ((r.ids["batch"],), {}),
    "stock.queries.list_site_photos": lambda r: ((r.ids["area"], on(38)), {"is_area": True}),
    "stock.queries.find_photo": lambda r: ((r.ids["photo"],), {}),
    "stock.queries.read_daily_losses": lambda r: (([r.ids["placement"]],), {}),
    "stock.queries.find_placement_ids": lambda r: ((r.numbers["batch"], None), {}),
    "stock.queries.read_known_weights": lambda r: (([r.ids["placement"]], on(40)), {}),
    "environment.queries.read_daily_environment": lambda r: ((r.ids["container"],), {}),
    "environment.containers.find_container_id": lambda r: ((r.numbers["container"],), {}),
    "environment.containers.read_containers": lambda r: ((), {}),
    "environment.containers.read_container_zones": lambda r: (([r.ids["container"]],), {}),
    "feeding.queries.sum_daily_feed": lambda r: (([r.ids["placement"]],), {}),
    "health.queries.read_treated_days": lambda r: ((r.ids["batch"],), {}),
    "health.queries.read_lice_means": lambda r: ((r.ids["batch"],), {}),
    "health.queries.read_counts_over_limit": lambda r: ((LONG_AGO, LATER), {}),
    "health.queries.find_withdrawal_holds": lambda r: (([r.ids["placement"]], on(38)), {}),
    "health.queries.read_weekly_lice": lambda r: ((r.ids["area"],), {}),
    "growth.queries.list_current_batches": lambda r: ((), {}),
    "growth.queries.list_monthly_stock": lambda r: (([r.ids["area"]],), {}),
    "growth.weight_records.find_sample_record": lambda r: ((r.ids["sample"],), {}),
    "growth.weight_records.list_samples_between": lambda r: ((r.ids["batch"], LONG_AGO, LATER), {}),
    "growth.weight_records.list_records_to_review": lambda r: ((), {"text": r.numbers["batch"]}),
    "growth.history.read_periods": lambda r: ((r.ids["batch"],), {}),
    "growth.history.read_history": lambda r: ((r.ids["batch"],), {}),
    "growth.estimating.as_of.estimate_history_as_of": lambda r: ((r.company, r.ids["batch"], None, on(40)), {}),
    "growth.queries.find_expected_weights": lambda r: (([(r.ids["placement"], on(40))],), {}),
    "growth.queries.find_last_weights": lambda r: (([r.ids["placement"]], on(40)), {}),
    "planning.queries.compare_with_plan": lambda r: ((r.ids["batch"],), {}),
    "planning.queries.compare_with_plans": lambda r: (([r.ids["batch"]],), {}),
    "planning.queries.compute_weight_lead": lambda r: (([(r.ids["batch"], on(40), 100.0)],), {}),
    "planning.queries.compare_projection": lambda r: ((_find_projection(r),), {}),
    "planning.queries.find_latest_projection": lambda r: ((r.ids["batch"],), {}),
    "planning.queries.find_plan": lambda r: ((r.ids["batch"],), {}),
    "planning.queries.find_projection": lambda r: ((r.ids["run"],), {}),
    "planning.queries.list_projections": lambda r: (([r.ids["batch"]],), {}),
    "planning.queries.read_projections": lambda r: (([r.ids["run"]],), {}),
    "jobs.queries.find_job": lambda r: ((r.ids["job"],), {}),
    "people.wellbeing.list_reports": lambda r: ((), {}),
    "people.directory.read_person": lambda r: ((r.ids["head"],), {}),
    "people.directory.search_persons": lambda r: (("wor",), {}),
    "people.queries.list_day_positions": lambda r: ((r.ids["person"], on(36)), {}),
    "people.queries.list_journey_positions": lambda r: ((f"tour-{r.mark}-{r.company}",), {}),
    "people.queries.find_journey": lambda r: ((r.ids["journey"],), {}),
    "people.queries.is_within_reach": lambda r: ((r.ids["person"],), {}),
    "people.queries.find_fence_site": lambda r: ((r.ids["fence"],), {}),
    "people.queries.list_latest_positions": lambda r: ((), {}),
    "people.queries.list_reported_visits": lambda r: ((on(36),), {}),
    "people.queries.list_visits_of_day": lambda r: ((on(36),), {}),
    "people.queries.list_visits_of_site": lambda r: ((r.ids["fence"], LONG_AGO, LATER), {}),
    "people.queries.summarize_visits_by_site": lambda r: ((LONG_AGO, LATER), {}),
    "people.conveyance.build_conveyance_report": lambda r: ((LONG_AGO, LATER), {}),
    "helpdesk.queries.find_ticket": lambda r: ((r.ids["number"],), {}),
    "helpdesk.queries.read_timeline": lambda r: ((r.ids["number"],), {}),
    "helpdesk.queries.find_attachment": lambda r: ((r.ids["number"], r.ids["attachment"]), {}),
    "helpdesk.queries.count_queues": lambda r: ((), {}),
    "helpdesk.service_report.report_promises": lambda r: ((LONG_AGO, LATER), {}),
    "jobs.queries.find_latest_result": lambda r: (("project",), {}),
    "health.queries.list_last_lice_counts": lambda r: (([r.ids["placement"]], LONG_AGO, LATER), {}),
    "environment.queries.read_daily_water": lambda r: (([r.ids["container"]], on(40), 30), {}),
    "feeding.queries.list_site_feed": lambda r: ((on(40),), {}),
    "feeding.queries.list_stored_feed": lambda r: ((r.ids["area"],), {"is_area": True}),
    "growth.queries.list_last_states": lambda r: (([r.ids["placement"]], on(40)), {}),
    "health.queries.find_lice_limits": lambda r: (([on(40)],), {}),
    "health.queries.read_site_lice": lambda r: ((on(40), 8), {}),
    "planning.queries.find_planned_harvests": lambda r: (([r.ids["batch"]],), {}),
    "planning.queries.list_expected_targets": lambda r: (([r.ids["batch"]],), {}),
    "stock.queries.list_due_orders": lambda r: ((LATER,), {}),
    "stock.queries.list_last_records": lambda r: (([r.ids["placement"]], on(40)), {}),
    "stock.queries.list_open_lines": lambda r: (([r.ids["placement"]],), {}),
    "stock.queries.list_site_containers": lambda r: ((r.ids["geography"],), {}),
    "stock.queries.list_standing_pens": lambda r: ((r.ids["area"], on(38)), {"is_area": True}),
    "stock.queries.list_stocked_sites": lambda r: ((), {}),
    "feeding.queries.list_site_stores": lambda r: ((on(40),), {"area": r.ids["area"]}),
    "helpdesk.queries.list_site_tickets": lambda r: ((10,), {"area": r.ids["area"]}),
    "people.queries.list_last_visits": lambda r: ((10,), {"area": r.ids["area"]}),
}


def _find_projection(region: CompanyRows) -> Any:
    with tenant_transaction(region.company):
        return import_module("grilse.planning.queries").find_projection(region.ids["run"])


def list_query_functions() -> list[str]:
    """Return every public function of the modules that read."""
    return [
        f"{module}.{name}"
        for module in MODULES
        for name, function in inspect.getmembers(import_module(f"grilse.{module}"), inspect.isfunction)
        if function.__module__ == f"grilse.{module}" and not name.startswith("_")
    ]


@pytest.fixture(scope="module")
def own_region(database) -> CompanyRows:
    """What stands with us."""
    return write_world("Northern Salmon")[0]


@pytest.fixture(scope="module")
def other_region(own_region) -> CompanyRows:
    """What stands with somebody else."""
    return write_world("Other Salmon")[0]


def test_every_query_function_is_tested():
    assert set(list_query_functions()) == set(REQUESTED) | SHARED | PERSONAL | {"access.queries.refuse_unknown_login"}


def test_a_login_of_another_company_is_unknown(own_region, other_region):
    with tenant_transaction(own_region.company):
        refuse_unknown_login(own_region.ids["user"])
    with tenant_transaction(other_region.company), pytest.raises(GrilseError, match="there is no login"):
        refuse_unknown_login(own_region.ids["user"])


@pytest.mark.parametrize("name", REQUESTED)
def test_a_query_returns_rows_to_its_own_company_only(own_region, other_region, name):
    module, function = name.rsplit(".", 1)
    ask = getattr(import_module(f"grilse.{module}"), function)
    given, named = REQUESTED[name](own_region)
    marks = {own_region.numbers["batch"], own_region.numbers["container"], f"{own_region.mark} of {own_region.company}"}

    assert name in (
        "health.queries.find_withdrawal_holds",
        "growth.weight_records.list_records_to_review",
        "stock.queries.list_stocked_sites",  # numbers and names of places, which say nothing by themselves
    ) or not _is_empty_answer(_ask_as_company(own_region.company, ask, given, named))
    answer = _ask_as_company(other_region.company, ask, given, named)
    if name in OF_ONES_OWN:
        assert not any(mark in repr(answer) for mark in marks)
    else:
        assert _is_empty_answer(answer), answer
    with transaction.atomic():
        assert _is_empty_answer(_get_answer(ask, given, named))


# Without an argument that names anything, a company is told of its own.
OF_ONES_OWN = {
    "access.queries.read_api_keys", "access.queries.read_memberships",
    "feeding.queries.list_site_feed", "health.queries.find_lice_limits", "health.queries.read_site_lice",
    "stock.queries.list_due_orders", "stock.queries.list_stocked_sites",
    "environment.containers.read_containers", "growth.queries.list_current_batches",
    "growth.queries.find_last_recorded_day",
    "health.queries.read_counts_over_limit", "jobs.queries.find_latest_result", "people.directory.search_persons",
    "people.queries.list_latest_positions", "people.queries.list_reported_visits", "people.queries.list_visits_of_day",
    "people.queries.summarize_visits_by_site", "people.conveyance.build_conveyance_report",
    "people.wellbeing.list_reports", "helpdesk.queries.count_queues", "helpdesk.service_report.report_promises",
}  # fmt: skip


def _ask_as_company(company: int, ask: Callable[..., Any], given: tuple[Any, ...], named: dict[str, Any]) -> Any:
    with tenant_transaction(company):
        return _get_answer(ask, given, named)


def _get_answer(ask: Callable[..., Any], given: tuple[Any, ...], named: dict[str, Any]) -> Any:
    try:
        with transaction.atomic():
            return ask(*given, **named)
    except GrilseError as error:
        # The refusal of what is not there.
        return None if "there is no" in str(error) else error


def _is_empty_answer(answer: Any) -> bool:
    """Tell whether an answer says nothing: no row, whatever it is wrapped in."""
    if is_dataclass(answer) and not isinstance(answer, type):
        parts = [value for name, value in asdict(answer).items() if name != "run"]
        return all(_is_empty_answer(value) or isinstance(value, int | str) for value in parts)
    if isinstance(answer, float) and answer == 0:
        return True
    if isinstance(answer, np.ndarray | float):
        return bool(np.isnan(answer).all())
    if isinstance(answer, tuple | list | dict):
        parts = answer.values() if isinstance(answer, dict) else answer
        return all(_is_empty_answer(part) for part in parts)
    return not answer


def test_a_view_shows_one_companys_readings(own_region, other_region):
    def read_rows(company: int | None) -> int:
        with transaction.atomic(), connection.cursor() as cursor:
            if company is not None:
                cursor.execute("SELECT set_config('app.company', %s, true)", [str(company)])
                cursor.execute("SELECT set_config('app.geographies', '*', true)")
            counted = "SELECT count(*) FROM environment_value WHERE container_id = %s"
            cursor.execute(counted, [own_region.ids["container"]])
            return cursor.fetchone()[0]

    assert read_rows(own_region.company) > 0
    assert read_rows(other_region.company) == 0
    assert read_rows(None) == 0


def test_a_row_cannot_refer_to_another_companys(own_region, other_region):
    with pytest.raises(IntegrityError), tenant_transaction(other_region.company):
        Area.objects.create(company_id=other_region.company, geography_id=own_region.geography, name="Bridgehead")


def test_a_stream_keeps_the_company_it_started_with(own_region, other_region):
    own_client, others = _log_in_client(own_region), _log_in_client(other_region)
    stream = own_client.get("/api/v1/batches/export")
    other = others.get("/api/v1/batches").json()["items"]
    sent = b"".join(stream.streaming_content).decode()

    assert own_region.numbers["batch"] in sent
    assert all(row["number"] not in sent for row in other)


def test_a_handled_error_resets_the_company(own_region):
    browser = _log_in_client(own_region)
    for address in ("/api/v1/batches/none/growth", "/api/v1/batches?limit=0", "/batches/none/"):
        assert browser.get(address).status_code >= 400
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(current_setting('app.company', true), '')")
            assert cursor.fetchone() == ("",)


@pytest.mark.parametrize(
    "address",
    [
        "/batches/?q={}",
        "/flags/?q={}",
        "/api/v1/batches?text={}",
        "/api/v1/placements?text={}",
        "/api/v1/containers?text={}",
    ],
)
def test_a_search_finds_nothing_of_another_company(own_region, other_region, address):
    content = _log_in_client(other_region).get(address.format(own_region.numbers["batch"])).content.decode()

    assert content.count(own_region.numbers["batch"]) <= 1, "no more than the words that were searched for"


def _log_in_client(region: CompanyRows) -> Client:
    from django.contrib.auth import get_user_model

    browser = Client(SERVER_NAME="localhost")
    user = get_user_model().objects.using("owner").get(pk=region.ids["user"])
    with tenant_transaction(region.company):
        from grilse.access.models import Membership

        Membership.objects.get_or_create(company_id=region.company, user=user, role="manager", geography=None)
    browser.force_login(user)
    return browser


def test_a_reading_of_another_company_is_not_taken_away(own_region, other_region):
    from grilse.environment.actions import withdraw_container_readings

    when = np.array([at(40).replace(tzinfo=None)], "datetime64[us]")
    with pytest.raises(GrilseError, match="there is no container"), tenant_transaction(other_region.company):
        withdraw_container_readings(own_region.ids["container"], when, "not ours")
