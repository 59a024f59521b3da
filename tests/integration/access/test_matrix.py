"""Every route × role × company × geography, against the matrix."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.test import Client
from ninja import NinjaAPI, Router
from tests.integration.access.companies import CompanyRows, write_world
from tests.integration.access.requests import build_requests
from tests.integration.access.requests_attention import build_attention_requests
from tests.integration.access.requests_helpdesk import build_helpdesk_requests
from tests.integration.access.requests_journal import build_journal_requests
from tests.integration.access.requests_people import build_people_requests
from tests.integration.access.requests_tracks import build_track_requests

from grilse.access.permissions import find_roles_with, load_roles
from grilse.access.requests import PERMISSION_ATTRIBUTE, refuse_undeclared_views
from grilse.api import api
from grilse.api.routing import refuse_undeclared_operations as refuse_unstated_operations

REFUSED = {404, 422}
# Lists of what belongs to the company as a whole, or to all companies.
OF_THE_COMPANY = {
    "feeds", "growth-models", "stages", "bulk-loads", "mortality-causes", "mortality-models", "shards",
    "official-lice", "official-biomass",
    "official-files", "official-revisions", "persons", "teams", "transport-rates", "ticket-categories",
    "business-hours", "holidays", "service-levels", "escalation-rules", "alert-rules",
    "webhooks", "alert-messages",
}  # fmt: skip

# What of them names a place says nothing to whom the place is out of reach.
OF_PLACES = {"persons", "teams"}


def list_operations():
    """Return every operation of the API with its method and address."""
    operations = []
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            operations += [(operation, method, path) for operation in view.operations for method in operation.methods]
    return operations


OPERATIONS = list_operations()
LISTS = {path.strip("/") for _, _, path in OPERATIONS if path.endswith("/export")}
NAMES = [name.removesuffix("/export") for name in sorted(LISTS)]


@pytest.fixture(scope="module")
def world(database) -> dict[str, CompanyRows]:
    """Two geographies of one company, and one of another."""
    scotland, faroe = write_world("Northern Salmon")
    elsewhere, _ = write_world("Other Salmon")
    return {"scotland": scotland, "faroe": faroe, "elsewhere": elsewhere}


@pytest.fixture(scope="module")
def keys(world) -> dict[tuple[str, str], str]:
    """A key for each role in each geography, and in the whole company."""
    return {
        (role, where): _create_key(region.company, role, None if where == "everywhere" else region.geography)
        for where, region in {**world, "everywhere": world["scotland"]}.items()
        for role in load_roles()
    }


def _create_key(company: int, role: str, geography: int | None) -> str:
    from grilse.access import api_keys as keys
    from grilse.access import memberships
    from grilse.access.tenancy import tenant_transaction

    with tenant_transaction(company):
        user = memberships.add_login(f"{role}-{company}-{geography or 'all'}")
        memberships.grant_role(user, role, geography)
        end = datetime.now(UTC) + timedelta(days=1)
        return keys.issue_key(user=user, name="walk", scopes=["*"], expires_at=end).key


def send_request(key: str | None, method: str, address: str, body=None):
    """Return the answer to a request, of which nothing stays."""
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    given = {} if body is None else {"data": body if isinstance(body, bytes) else json.dumps(body)}
    kind = "application/x-ndjson" if isinstance(body, bytes) else "application/json"
    with transaction.atomic():
        browser = Client(SERVER_NAME="localhost", headers=headers)
        answer = browser.generic(method, f"/api/v1{address}", content_type=kind, **given)
        if answer.streaming:
            answer.whole = b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    return answer


def build_request(operation, path, here: CompanyRows):
    """Return address and body of a good request to a route."""
    if operation.view_func.__name__ in ("listed", "exported"):
        narrow = {"placement": here.ids["placement"], "container": here.numbers["container"]}
        narrow["person"] = here.ids["person"]
        return path.rstrip("/"), NARROW.get(path.strip("/").removesuffix("/export"), lambda _: "")(narrow)
    known = (
        build_requests,
        build_people_requests,
        build_journal_requests,
        build_helpdesk_requests,
        build_track_requests,
        build_attention_requests,
    )
    return next(request for of in known if (request := of(here).get(operation.view_func.__name__)))


NARROW = {
    "readings": lambda ids: f"?container={ids['container']}",
    "daily-environment": lambda ids: f"?container={ids['container']}",
    "track-points": lambda ids: f"?person_id={ids['person']}",
}


@pytest.mark.parametrize(("operation", "method", "path"), OPERATIONS)
def test_a_route_is_for_those_whom_the_matrix_names(world, keys, operation, method, path):
    here = world["scotland"]
    address, body = _build_address(operation, path, here)
    needed = getattr(operation.view_func, PERMISSION_ATTRIBUTE)
    # What is changed was entered by others: test_own_entries has what logins entered themselves.
    # A photo is added by whoever enters the records of its kind.
    is_entry = operation.view_func.__name__ == "add_photo"
    needed = ("stock.mortality",) if is_entry else tuple(name.replace(".amend", ".correct") for name in needed)
    able = find_roles_with(needed)

    assert send_request(None, method, address, body).status_code == 401
    # A role that holds in one geography makes no other, and no rules for the whole company.
    where = "everywhere" if operation.view_func.__name__ in COMPANY_WIDE else "scotland"
    for role in load_roles():
        answer = send_request(keys[role, where], method, address, body)
        message = f"{role} {method} {address}: {answer.status_code} {getattr(answer, 'content', b'')[:300]}"
        assert (answer.status_code == 403) == (role not in able), message
        if role in able:
            assert _is_done(answer), message


@pytest.mark.parametrize("where", ["faroe", "elsewhere"])
@pytest.mark.parametrize(("operation", "method", "path"), OPERATIONS)
def test_rows_out_of_scope_are_not_found(world, keys, operation, method, path, where):
    here = world["scotland"]
    address, body = _build_address(operation, path, here)
    role = next(
        role for role in load_roles() if role in find_roles_with(getattr(operation.view_func, PERMISSION_ATTRIBUTE))
    )

    answer = send_request(keys[role, where], method, address, body)
    message = f"{role} of {where} {method} {address}: {answer.status_code} {getattr(answer, 'content', b'')[:300]}"
    if _has_no_geography(operation, address) or (where == "faroe" and _is_company_wide(operation)):
        assert answer.status_code in (200, 201, 202, 204), message
    elif method == "GET" and "?" in address and operation.view_func.__name__ in ("listed", "exported"):
        assert _is_empty(answer), message
    else:
        assert answer.status_code in REFUSED, message


COMPANY_WIDE = {
    "add_geography", "change_work_rules", "add_webhook", "change_webhook", "remove_webhook", "send_test_message",
    *(
        f"{verb}_{rule}" for verb in ("add", "change", "remove")
        for rule in (
            "category", "business_hours", "holiday", "service_level", "escalation_rule", "transport_rate", "alert_rule",
        )
    ),
}  # fmt: skip
# What is refused for what it asks and not for who asks: an entry that is its author's alone is nobody else's.
FOR_ITS_CONTENT = (
    "is in use", "wrote no package", "there is no key 1", "made for the world another",
    "that you may read", "in your journal", "only who opened", "only those who attached",
    "of yours to settle",
)  # fmt: skip


def _is_done(answer) -> bool:
    """Tell whether a request was carried out, or would have been if what it names were so."""
    if answer.status_code in REFUSED:
        return any(why in answer.json()["detail"] for why in FOR_ITS_CONTENT)
    return answer.status_code in (200, 201, 202, 204)


def _build_address(operation, path, here: CompanyRows):
    address, body = build_request(operation, path, here)
    if isinstance(body, str):
        return address + body, None
    return address.replace(" ", "+"), body


def _is_empty(answer) -> bool:
    """Tell whether a list or a file is of no row."""
    return answer.whole.count(b"\n") == 1 if answer.streaming else answer.json()["items"] == []


def _has_no_geography(operation, address: str) -> bool:
    """Tell whether a request speaks of no thing that stands in a geography."""
    name = operation.view_func.__name__
    return name in NAMES_NOTHING or (name in ("listed", "exported") and "?" not in address)


def _is_company_wide(operation) -> bool:
    """Tell whether what a request names is the whole company's to see, whatever the geography of the role."""
    return operation.view_func.__name__ in {"read_person"}


NAMES_NOTHING = {
    "read_current_user", "list_permissions", "list_changes", "list_audited_tables", "list_members",
    "list_keys", "issue_key", "plan_history",
    "report_growth_models", "report_of_job",
    "upload_official_file", "compare_biomass", "search_persons",
    "list_own_entries", "list_shared_entries", "list_deleted_entries", "read_own_trends",
    "read_own_streak", "write_entry", "list_own_consents",
    "give_consent", "withdraw_consent", "list_wellbeing_reports", "read_work_rules",
    "count_waiting_tickets", "report_promises", "list_open_findings", "read_alert_settings",
    "change_alert_settings", "sync_phone", "list_sync_conflicts",
    "list_own_journeys", "list_own_visits",
    "list_own_positions", "report_own_conveyance", "list_latest_positions", "list_visits_of_day",
    "list_reported_visits",
    "summarize_site_visits", "report_conveyance",
    "export_conveyance", "read_stocked_sites",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_list_is_of_one_company_and_of_the_geographies_of_the_role(world, keys, name):
    def list_rows(where: str, region: str) -> set[str]:
        given = {"placement": world[region].ids["placement"], "container": world[region].numbers["container"]}
        given["person"] = world[region].ids["person"]
        narrow = NARROW.get(name, lambda _: "?")(given)
        query_suffix = "&fields=id" if name in OF_PLACES else ""
        answer = send_request(keys["admin", where], "GET", f"/{name}{narrow}{query_suffix}&limit=1000")
        assert answer.status_code in (200, *REFUSED), answer.content
        items = answer.json().get("items", [])
        return {json.dumps(row, sort_keys=True) for row in items}

    regions = ["scotland", "faroe"] if name in NARROW else ["scotland"]
    everything = set().union(*(list_rows("everywhere", region) for region in regions))
    scotland = set().union(*(list_rows("scotland", region) for region in regions))
    faroe = set().union(*(list_rows("faroe", region) for region in regions))
    other_rows = list_rows("elsewhere", "elsewhere")

    assert scotland | faroe == everything
    if name not in OF_THE_COMPANY:
        assert scotland & faroe == set()
        assert other_rows & everything == set()
    if name in NARROW:
        assert list_rows("everywhere", "elsewhere") == set()


@pytest.mark.parametrize("name", NAMES)
def test_an_export_holds_what_the_list_holds(world, keys, name):
    narrow = NARROW.get(name, lambda _: "?")(
        {
            "placement": world["faroe"].ids["placement"],
            "container": world["faroe"].numbers["container"],
            "person": world["faroe"].ids["person"],
        }
    )
    listed = send_request(keys["admin", "faroe"], "GET", f"/{name}{narrow}&limit=1000").json()["items"]
    answer = send_request(keys["admin", "faroe"], "GET", f"/{name}/export{narrow}")
    lines = list(csv.reader(io.StringIO(answer.whole.decode("utf-8-sig"))))
    assert len(lines) == 1 + min(len(listed), 1000)


def test_every_page_declares_its_permission():
    from django.urls import get_resolver

    refuse_undeclared_views(get_resolver().url_patterns)


def test_a_route_without_a_permission_stops_the_start():
    from django.urls import path

    def planted(request):
        return {}

    with pytest.raises(ImproperlyConfigured, match="the route 'planted/' does not say what it needs"):
        refuse_undeclared_views([path("planted/", planted)])
    other, router = NinjaAPI(urls_namespace="planted"), Router()
    router.get("/planted")(planted)
    other.add_router("", router)
    with pytest.raises(ImproperlyConfigured, match="does not say what it needs"):
        refuse_unstated_operations(other)


def test_a_permission_that_is_not_in_the_matrix_is_none():
    from grilse.api.routing import PermissionRouter

    with pytest.raises(ImproperlyConfigured, match=r"stock\.fly is no permission"):
        PermissionRouter().get("/planted", permission="stock.fly")
    with pytest.raises(TypeError, match="permission"):
        PermissionRouter().get("/planted")
