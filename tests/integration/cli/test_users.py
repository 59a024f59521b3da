"""Logins, roles and keys from the command line."""

import json

import pytest
from typer.testing import CliRunner

from grilse.errors import GrilseError

PASSWORD = "a-password-of-some-length\n"
ROLE = ("--role", "operator")


@pytest.fixture(scope="module")
def companies(database):
    """Two companies, the first with a geography."""
    from grilse.access.models import Company
    from grilse.farm.models import Geography

    first, second = (
        Company.objects.using("owner").create(name=name).pk for name in ("Northern Salmon", "Other Salmon")
    )
    Geography.objects.using("owner").create(company_id=first, name="Nordland")
    return first, second


@pytest.fixture
def run(companies):
    """Run a command in the first company and return what it printed."""
    from grilse.cli import app

    def run_command(*words, company="Northern Salmon", input_text=""):
        of = ["--company", company] if company else []
        done = CliRunner().invoke(app, [*words, *of], input=input_text)
        if isinstance(done.exception, GrilseError):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.stdout

    return run_command


@pytest.fixture
def kari(run, companies):
    """A login of the first company, made once."""
    from django.contrib.auth.models import User

    if not User.objects.filter(username="kari").exists():
        run("user", "add", "kari", *ROLE, "--email", "Kari@Example.org", "--password-stdin", input_text=PASSWORD)
    return User.objects.get(username="kari")


def list_roles(run):
    users = json.loads(run("user", "list", "--json"))["users"]
    return {(user["name"], user["role"], user["geography"]) for user in users}


def test_a_login_is_made_with_a_role_and_opens_the_pages(run, kari):
    from django.test import Client

    assert ("kari", "operator", None) in list_roles(run)
    browser = Client(SERVER_NAME="localhost")
    form = {"username": "kari@example.org", "password": PASSWORD.strip()}
    assert browser.post("/login/", form)["Location"] == "/"


def test_roles_are_given_and_taken_by_geography(run, kari):
    where = ("--geography", "Nordland")
    assert run("user", "grant", "kari", "--role", "vet", *where) == "kari is vet in Nordland, Northern Salmon\n"
    assert ("kari", "vet", "Nordland") in list_roles(run)
    revoked = run("user", "revoke", "kari", "--role", "vet", *where)
    assert revoked == "kari is no longer vet in Nordland, Northern Salmon\n"
    assert ("kari", "vet", "Nordland") not in list_roles(run)


def test_a_new_password_replaces_the_old_one(run, kari):
    run("user", "password", "kari", "--password-stdin", company=None, input_text="another-long-password\n")
    kari.refresh_from_db()
    assert kari.check_password("another-long-password")
    run("user", "password", "kari", "--password-stdin", company=None, input_text=PASSWORD)


def test_a_key_is_printed_once_and_opens_nothing_once_revoked(run, kari):
    from grilse.access.principal import principal_of_key

    words = ("key", "add", "--user", "kari", "--name", "robot", "--scope", "stock.read", "--scope", "farm.read")
    key = json.loads(run(*words, "--expires", "2100-01-01", "--json"))
    assert principal_of_key(key["key"]).scopes == {"stock.read", "farm.read"}
    listed = run("key", "list")
    assert "robot of kari, farm.read, stock.read, until 2100-01-01" in listed
    assert key["key"] not in listed
    run("key", "revoke", str(key["id"]))
    assert principal_of_key(key["key"]) is None
    assert "revoked on" in run("key", "list")


@pytest.mark.parametrize(
    ("words", "company", "why"),
    [
        (("user", "add", "ola", *ROLE), "Northern Salmon", "typed at a terminal"),
        (("user", "grant", "nobody", *ROLE), "Northern Salmon", "there is no login nobody"),
        (("user", "grant", "kari", "--role", "king"), "Northern Salmon", "king is no role"),
        (("user", "grant", "kari", *ROLE, "--geography", "Moon"), "Northern Salmon", "Nordland"),
        (("user", "revoke", "kari", "--role", "vet"), "Northern Salmon", "kari is not vet"),
        (("user", "grant", "kari", *ROLE), None, "--company"),
        (("user", "grant", "kari", *ROLE), "Third Salmon", "Third Salmon"),
        (("key", "revoke", "999"), "Northern Salmon", "there is no key 999"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(run, kari, words, company, why):
    with pytest.raises(GrilseError, match=why):
        run(*words, company=company)


@pytest.mark.parametrize("wrong", ["short\n", "password1234\n", "\n"])
def test_a_password_that_is_easily_guessed_makes_no_login(run, wrong):
    from django.contrib.auth.models import User

    with pytest.raises(GrilseError):
        run("user", "add", "ola", *ROLE, "--password-stdin", input_text=wrong)
    assert not User.objects.filter(username="ola").exists()


def test_a_role_that_does_not_exist_makes_no_login(run):
    from django.contrib.auth.models import User

    with pytest.raises(GrilseError):
        run("user", "add", "ola", "--role", "king", "--password-stdin", input_text=PASSWORD)
    assert not User.objects.filter(username="ola").exists()
