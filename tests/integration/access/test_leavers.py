"""Somebody whose last role is taken away: history names them for good, and sessions and keys end at once."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib import import_module

import psycopg
import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.urls import reverse
from tests.integration.access.companies import write_world
from tests.integration.access.test_matrix import OPERATIONS, build_request

from grilse.access import api_keys, memberships
from grilse.access.change_history import find_event_model, list_tracked_models
from grilse.access.models import Company, Membership
from grilse.access.principal import principal_of_key
from grilse.access.tenancy import tenant_transaction
from grilse.admin.audit import PRIVATE_MODELS
from grilse.people.models import Consent, JournalEntry, Person

DB = "owner"
User = get_user_model()
LIFETIME = timedelta(days=1)
FILL = import_module("grilse.access.migrations.0004_leavers_and_owner_functions").FILL_COMPANY_LOGINS
# Only their author reads the history of these.
OF_THE_AUTHOR = {"people.journalentry", "people.consent"}


def add_member(company, name, *roles, geography=None):
    with tenant_transaction(company):
        user = memberships.add_login(name, password="Leaving-Horse-99-x")
        for role in roles:
            memberships.grant_role(user, role, geography)
        return user


def take_roles(company, user, by=None):
    with tenant_transaction(company, by):
        for row in Membership.objects.filter(user_id=user):
            memberships.revoke_role(row.pk)


def log_in(user):
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(User.objects.get(pk=user))
    return browser


@pytest.fixture(scope="module")
def northern(database):
    """A company in which a leaver sent one good request to each route that changes something."""
    scotland, _ = write_world("Northern Salmon")
    company = scotland.company
    add_member(company, "reader", "admin")
    add_member(company, "reader-in-Scotland", "admin", geography=scotland.geography)
    leaver = add_member(company, "leaver", "admin")
    Person.objects.using(DB).create(company_id=company, name="Leaver", user_id=leaver)
    browser = log_in(leaver)
    # What adds goes before what removes, which would take the rows away.
    for operation, method, path in sorted(
        OPERATIONS, key=lambda row: ("POST", "PUT", "PATCH", "DELETE", "GET").index(row[1])
    ):
        address, body = build_request(operation, path, scotland)
        if method != "GET" and "/members" not in path:
            given = {} if body is None else {"data": body if isinstance(body, bytes) else json.dumps(body)}
            browser.generic(method, f"/api/v1{address}", content_type="application/json", **given)
    return scotland, leaver


def list_views(region):
    """Return the addresses of all that shows rows: routes of the API, lists of the back office, pages."""
    routes = [
        f"/api/v1{build_request(operation, path, region)[0]}"
        for operation, method, path in OPERATIONS
        if method == "GET"
    ]
    routes += [f"/api/v1/audit?of={label}&limit=100" for label in list_tracked_models()]
    lists = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in apps.get_models()
        if hasattr(model, "pgh_tracked_model") and model.pgh_tracked_model not in PRIVATE_MODELS
    ]
    pages = [f"/batches/{region.numbers['batch']}/", f"/helpdesk/{region.ids['ticket']}/", "/helpdesk/", "/people/"]
    return sorted({*routes, *lists, *pages})


def find_named(reader, region):
    """Return where a reader sees the leaver's name."""
    browser = log_in(User.objects.get(username=reader).pk)
    named = set()
    for address in list_views(region):
        answer = browser.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if b"leaver" in content.lower():
            named.add(address)
    return named


def count_events(model, user, company):
    rows = find_event_model(model).objects.using(DB).filter(company_id=company)
    return sum((row or {}).get("user") == user for row in rows.values_list("pgh_context", flat=True))


def test_every_view_that_names_somebody_names_them_after_they_left(northern):
    region, leaver = northern
    readers = ("reader", "reader-in-Scotland")
    before = {reader: find_named(reader, region) for reader in readers}
    changed = {label for label, model in list_tracked_models().items() if count_events(model, leaver, region.company)}
    assert len(changed) > 20, changed

    take_roles(region.company, leaver)

    for reader in readers:
        lost = before[reader] - find_named(reader, region)
        assert len(before[reader]) > 20
        assert {address for address in lost if not address.startswith("/api/v1/members")} == set()
    browser = log_in(User.objects.get(username="reader").pk)
    for label in sorted(changed - OF_THE_AUTHOR):
        rows = browser.get("/api/v1/audit", {"of": label, "limit": 100}).json()["rows"]
        expected = min(count_events(list_tracked_models()[label], leaver, region.company), len(rows))
        assert sum(row["user"] == "leaver" for row in rows) == expected > 0, label
    assert set(PRIVATE_MODELS) == {JournalEntry, Consent}


def test_every_column_that_refers_to_a_login_is_shown_with_its_name(northern):
    """The leaver is joined from each table, also by a role that does not reach the leaver's."""
    region, leaver = northern
    columns = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is User and hasattr(model, "company")
    }
    assert len(columns) > 8
    with tenant_transaction(region.company, None, [region.geography]):
        assert User.objects.filter(pk=leaver).values_list("username", flat=True).get() == "leaver"
        assert User.objects.filter(username="reader").exists(), "who holds a role in the whole company"
    elsewhere = Company.objects.using(DB).create(name="Elsewhere").pk
    with tenant_transaction(elsewhere):
        assert not User.objects.filter(username__in=["leaver", "reader"]).exists()


def test_the_history_of_memberships_tells_who_had_which_role(company):
    admin, leaver = add_member(company, "first-admin", "admin"), add_member(company, "gone", "manager")
    with tenant_transaction(company):
        [role] = Membership.objects.filter(user_id=leaver).values_list("pk", flat=True)
    take_roles(company, leaver, by=admin)

    rows = log_in(admin).get("/api/v1/audit", {"of": "farm.membership", "id": role}).json()["rows"]

    assert [(row["what"], row["user"], (row["before"] or {}).get("user_id")) for row in rows] == [
        ("removed", "first-admin", leaver),
        ("added", "", None),
    ]


def test_sessions_and_keys_end_at_once_and_for_good(company):
    add_member(company, "stays", "admin")
    leaver = add_member(company, "ends", "manager")
    browser = log_in(leaver)
    with tenant_transaction(company, leaver):
        key = api_keys.issue_key(user=leaver, name="k", scopes=["*"], expires_at=datetime.now(UTC) + LIFETIME).key
    program = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {key}"})
    assert [browser.get("/batches/").status_code, program.get("/api/v1/me").status_code] == [200, 200]

    take_roles(company, leaver)

    def refuse_everything():
        assert browser.get("/batches/").status_code == 302
        assert browser.get("/api/v1/me").status_code == 401
        assert program.get("/api/v1/me").status_code == 401

    refuse_everything()
    row = User.objects.get(pk=leaver)
    assert (row.is_active, row.has_usable_password()) == (False, False)
    with tenant_transaction(company):
        memberships.grant_role(leaver, "viewer")
    assert User.objects.get(pk=leaver).is_active
    refuse_everything()


def test_who_leaves_one_company_keeps_what_belongs_to_another(company):
    other = Company.objects.using(DB).create(name=f"Other than {company}").pk
    user = add_member(company, "of-both", "manager")
    add_member(company, "stays-too", "admin")
    with tenant_transaction(other):
        memberships.grant_role(user, "manager")
    end, keys = datetime.now(UTC) + LIFETIME, {}
    for place in (company, other):
        with tenant_transaction(place, user):
            keys[place] = api_keys.issue_key(user=user, name="k", scopes=["*"], expires_at=end).key

    take_roles(company, user)

    assert User.objects.get(pk=user).is_active
    assert log_in(user).get("/api/v1/me").json()["company"] == other
    assert (principal_of_key(keys[company]), principal_of_key(keys[other]) is None) == (None, False)


def test_two_last_roles_that_are_taken_at_once_retire_the_login(company, database):
    user = add_member(company, "twice", "manager", "viewer")
    first, second = Membership.objects.using(DB).filter(user_id=user).values_list("pk", flat=True)

    def delete_second():
        with psycopg.connect(database) as beside:
            beside.execute("DELETE FROM farm_membership WHERE id = %s", [second])

    with psycopg.connect(database) as owner, ThreadPoolExecutor(1) as thread:
        owner.execute("DELETE FROM farm_membership WHERE id = %s", [first])
        later = thread.submit(delete_second)
        with pytest.raises(TimeoutError):
            later.result(0.5)
        owner.commit()
        later.result(30)
    assert not User.objects.get(pk=user).is_active


@pytest.mark.parametrize("alias", ["default", DB])
def test_nobody_deletes_or_renames_a_login(company, alias):
    add_member(company, f"admin-{alias}", "admin")
    user = User.objects.using(alias).get(pk=add_member(company, f"kept-{alias}", "viewer"))

    take_roles(company, user.pk)
    with pytest.raises(DatabaseError, match="a login is never deleted"), transaction.atomic(using=alias):
        User.objects.using(alias).filter(pk=user.pk)._raw_delete(alias)
    user.username = "somebody else"
    with pytest.raises(DatabaseError, match="a login keeps its name"), transaction.atomic(using=alias):
        user.save()


def test_leavers_of_earlier_versions_are_named_after_the_update(company):
    leaver = add_member(company, "of-long-ago", "viewer")
    add_member(company, "of-today", "admin")
    take_roles(company, leaver)
    with connections[DB].cursor() as cursor:
        cursor.execute("DELETE FROM farm_companylogin WHERE company_id = %s", [company])
        cursor.execute(f"{FILL} ON CONFLICT DO NOTHING")
    with tenant_transaction(company):
        assert set(User.objects.values_list("username", flat=True)) == {"of-long-ago", "of-today"}


def test_the_application_role_adds_no_login_to_a_company_itself(company):
    with tenant_transaction(company), connection.cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute("INSERT INTO farm_companylogin VALUES (%s, 1)", [company])
