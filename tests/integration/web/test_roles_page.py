"""Colleagues are added with a role, their roles changed and their access ended, by who may do it and nobody else."""

import re
from html import unescape

import pytest
from django.test import Client

from grilse.access.models import Membership

HOST = {"SERVER_NAME": "localhost"}
LIST, NEW = "/settings/people/", "/settings/people/new/"
PASSWORD = "a-password-by-the-link"


@pytest.fixture(scope="module")
def nordland(growing_company):
    """A geography of the company."""
    from grilse.farm.models import Geography

    return Geography.objects.using("owner").create(company_id=growing_company, name="Nordland").pk


@pytest.fixture
def admin(login, growing_company):
    return login(growing_company)


def write_form(login, **changed):
    return {
        "name": "Kari Holm", "login": login, "email": f"{login}@example.org", "role": "operator", "geography": ""
    } | changed  # fmt: skip


def read_link(answer):
    return re.search(r'id="link" readonly value="http://localhost([^"]+)"', answer.content.decode())[1]


def read_error(answer, field):
    found = re.search(rf'id="id_{field}_error">([^<]*)<', answer.content.decode())
    return unescape(found[1]) if found else ""


def list_roles(login):
    rows = Membership.objects.using("owner").filter(user__username=login)
    return sorted(rows.values_list("role", "geography__name"))


def find_login(name):
    from django.contrib.auth.models import User

    return User.objects.using("owner").get(username=name)


def test_a_colleague_is_added_with_a_role_and_chooses_a_password_by_the_link_once(admin, nordland):
    answer = admin.post(NEW, write_form("kari", geography=nordland))
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert list_roles("kari") == [("operator", "Nordland")]
    page = admin.get(LIST).content.decode()
    assert "Kari Holm" in page
    assert "Operator · Nordland" in page
    assert "invited" in page

    link, visitor = read_link(answer), Client(**HOST)
    form = visitor.get(link)["Location"]
    assert visitor.post(form, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 302
    assert visitor.post("/login/", {"username": "kari", "password": PASSWORD}).status_code == 302
    assert visitor.get("/batches/").status_code == 200
    assert "does not work" in Client(**HOST).get(link).content.decode()
    assert admin.post(f"{LIST}{find_login('kari').pk}/link/").status_code == 404


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"login": "k/ri"}, "login", "Enter a valid username"),
        ({"login": ""}, "login", "needs a name"),
        ({"login": "twice"}, "login", "there is a login twice already"),
        ({"name": " "}, "name", "write the name"),
        ({"email": "no address"}, "login", "email"),
        ({"role": "king"}, "role", "is no role"),
        ({"geography": "999999"}, "geography", "there is no geography"),
    ],
)
def test_a_colleague_is_refused_at_the_field_and_nothing_is_written(admin, changed, field, message):
    admin.post(NEW, write_form("twice"))
    answer = admin.post(NEW, write_form("bo") | changed)
    assert answer.status_code == 422
    assert message.lower() in read_error(answer, field).lower()
    assert list_roles("bo") == []


def test_a_role_is_changed_granted_and_revoked_for_a_reason(admin, nordland):
    admin.post(NEW, write_form("eva"))
    eva = find_login("eva").pk
    own = f"{LIST}{eva}/"
    [role] = Membership.objects.using("owner").filter(user_id=eva).values_list("pk", flat=True)

    refused = admin.post(f"{own}roles/{role}/", {"role": "vet", "geography": nordland, "reason": ""})
    assert refused.status_code == 422
    assert "say why" in refused.content.decode().lower()
    assert list_roles("eva") == [("operator", None)]

    done = admin.post(f"{own}roles/{role}/", {"role": "vet", "geography": nordland, "reason": "moved"}, follow=True)
    assert "The role is changed." in done.content.decode()
    admin.post(f"{own}grant/", {"role": "viewer", "geography": ""})
    assert list_roles("eva") == [("vet", "Nordland"), ("viewer", None)]
    twice = admin.post(f"{own}grant/", {"role": "viewer", "geography": ""})
    assert twice.status_code == 422

    viewer = Membership.objects.using("owner").get(user_id=eva, role="viewer").pk
    assert admin.post(f"{own}roles/{viewer}/revoke/", {"reason": "not needed"}).status_code == 302
    assert list_roles("eva") == [("vet", "Nordland")]


def test_who_leaves_has_no_access_and_no_key(admin, growing_company):
    from datetime import UTC, datetime, timedelta

    from grilse.access.api_keys import issue_key
    from grilse.access.principal import principal_of_key
    from grilse.access.tenancy import tenant_transaction

    admin.post(NEW, write_form("leaver"))
    user = find_login("leaver")
    with tenant_transaction(growing_company, user.pk):
        key = issue_key(user=user.pk, name="x", scopes=["*"], expires_at=datetime.now(UTC) + timedelta(days=1)).key
    browser = Client(**HOST)
    browser.force_login(user)
    assert browser.get("/batches/").status_code == 200

    assert admin.post(f"{LIST}{user.pk}/end/", {"reason": "left in May"})["Location"] == LIST
    assert list_roles("leaver") == []
    assert browser.get("/batches/").status_code == 302
    assert principal_of_key(key) is None
    assert admin.get(f"{LIST}{user.pk}/").status_code == 404


def test_the_last_admin_stays(admin, growing_company):
    from django.contrib.auth.models import User

    user = User.objects.using("owner").get(username=f"of {growing_company}").pk
    refused = admin.post(f"{LIST}{user}/end/", {"reason": "none"})
    assert refused.status_code == 422
    assert "keeps one admin" in refused.content.decode()
    assert list_roles(f"of {growing_company}") == [("admin", None)]


def test_nobody_grants_more_than_they_hold(growing_company, nordland):
    from django.contrib.auth.models import User

    user = User.objects.using("owner").create(username="admin of Nordland")
    Membership.objects.using("owner").create(company_id=growing_company, user=user, role="admin", geography_id=nordland)
    browser = Client(**HOST)
    browser.force_login(user)
    wider = browser.post(NEW, write_form("wide"))
    assert wider.status_code == 422
    assert "no more than you hold" in read_error(wider, "geography")
    assert list_roles("wide") == []
    assert browser.post(NEW, write_form("near", geography=nordland)).status_code == 200
    assert list_roles("near") == [("operator", "Nordland")]


def test_a_key_of_few_scopes_grants_no_role_of_more(growing_company, admin):
    from datetime import UTC, datetime, timedelta

    from django.contrib.auth.models import User

    from grilse.access.api_keys import issue_key
    from grilse.access.tenancy import tenant_transaction

    user = User.objects.using("owner").get(username=f"of {growing_company}").pk
    with tenant_transaction(growing_company, user):
        end = datetime.now(UTC) + timedelta(days=1)
        key = issue_key(user=user, name="x", scopes=["access.change"], expires_at=end).key
    client = Client(**HOST, headers={"Authorization": f"Bearer {key}"})
    answer = client.post("/api/v1/members", {"name": "robot", "role": "admin"}, content_type="application/json")
    assert answer.status_code in (400, 403, 409, 422)
    assert "no more than you hold" in answer.content.decode()
    assert list_roles("robot") == []


def test_logins_of_other_companies_do_not_exist(admin, login, other_company):
    login(other_company)
    theirs = find_login(f"of {other_company}").pk
    assert f"of {other_company}" not in admin.get(LIST).content.decode()
    role = Membership.objects.using("owner").get(user_id=theirs).pk
    for address, fields in (
        ("", None),
        ("grant/", {"role": "viewer", "geography": ""}),
        (f"roles/{role}/", {"role": "viewer", "geography": "", "reason": "x"}),
        (f"roles/{role}/revoke/", {"reason": "x"}),
        ("end/", {"reason": "x"}),
        ("link/", {}),
    ):
        target = f"{LIST}{theirs}/{address}"
        answer = admin.get(target) if fields is None else admin.post(target, fields)
        assert answer.status_code == 404, address
    assert list_roles(f"of {other_company}") == [("admin", None)]
