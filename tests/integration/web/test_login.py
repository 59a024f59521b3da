"""Logging in by name or address, slowly when it fails; passwords changed and forgotten."""

import pytest
from django.test import Client

PASSWORD = "a-password-of-some-length"


@pytest.fixture
def person(database):
    """A login with an e-mail address."""
    from django.contrib.auth import get_user_model
    from django.core.cache import cache

    cache.clear()
    user, _ = get_user_model().objects.get_or_create(username="Kari", email="kari@example.org")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def visitor(person):
    return Client(SERVER_NAME="localhost")


def log_in(visitor, name, password=PASSWORD):
    return visitor.post("/login/", {"username": name, "password": password})


@pytest.mark.parametrize("name", ["Kari", "kari", "kari@example.org", "KARI@example.org"])
def test_a_name_or_an_address_logs_in(visitor, name):
    assert log_in(visitor, name)["Location"] == "/"


def test_passwords_are_kept_by_argon2(person):
    assert person.password.startswith("argon2$argon2id$")


def test_after_five_failures_the_right_password_waits_too(visitor):
    for _ in range(5):
        assert "do not match" in log_in(visitor, "Kari", "guess").content.decode()
    refused = log_in(visitor, "Kari")
    assert (refused.status_code, refused["Retry-After"]) == (429, "300")
    assert "Too many logins failed: wait 300 seconds" in refused.content.decode()
    assert log_in(visitor, "kari@example.org")["Location"] == "/"


def test_a_locked_login_gets_a_message(visitor, person):
    person.is_active = False
    person.save()
    answer = log_in(visitor, "Kari")
    person.is_active = True
    person.save()
    assert answer["Location"] == "/login/inactive/"
    assert "closed" in visitor.get("/login/inactive/").content.decode()


def test_logging_out_takes_a_form(visitor):
    log_in(visitor, "Kari")
    assert visitor.get("/logout/").status_code == 405
    assert visitor.get("/password/change/").status_code == 200
    assert visitor.post("/logout/")["Location"] == "/login/"
    assert visitor.get("/password/change/")["Location"] == "/login/?next=/password/change/"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [("guess", "another-long-password", "not your current password"), (PASSWORD, "short", "too short")],
)
def test_a_password_is_changed_by_who_knows_it_into_a_good_one(visitor, old, new, why):
    log_in(visitor, "Kari")
    form = {"oldpassword": old, "password1": new, "password2": new}
    assert why in visitor.post("/password/change/", form).content.decode()


def test_a_changed_password_ends_other_sessions(visitor):
    other = Client(SERVER_NAME="localhost")
    log_in(visitor, "Kari")
    log_in(other, "Kari")
    new = "another-long-password"
    changed = visitor.post("/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert changed["Location"] == "/password/changed/"
    assert visitor.get("/password/changed/").status_code == 200
    assert other.get("/password/changed/").status_code == 302


@pytest.mark.parametrize("address", ["/signup/", "/email/", "/password/reset/", "/reauthenticate/"])
def test_nobody_signs_up_and_no_link_is_promised_without_a_mail_server(visitor, address):
    assert visitor.get(address).status_code == 404
    assert "Forgot" not in visitor.get("/login/").content.decode()


@pytest.fixture
def mailing():
    """The addresses of a server that can send mail; it is delivered here."""
    from importlib import import_module, reload

    from django.core import mail
    from django.test import override_settings
    from django.urls import clear_url_caches

    def reload_urls():
        for name in ("grilse.web.account_urls", "grilse.web.urls", "grilse.project.urls"):
            reload(import_module(name))
        clear_url_caches()

    here = "django.core.mail.backends.locmem.EmailBackend"
    with override_settings(EMAIL_HOST="mail.example.org", EMAIL_BACKEND=here):
        reload_urls()
        mail.outbox = []
        yield mail.outbox
    reload_urls()


def test_a_forgotten_password_is_replaced_through_a_link(visitor, mailing):
    assert "Forgot" in visitor.get("/login/").content.decode()
    visitor.post("/password/reset/", {"email": "kari@example.org"})
    visitor.post("/password/reset/", {"email": "nobody@example.org"})
    [letter] = mailing
    assert letter.to == ["kari@example.org"]
    link = next(word for word in letter.body.split() if word.startswith("http"))
    page = visitor.get(link.removeprefix("http://localhost"))["Location"]
    new = "a-third-long-password"
    assert visitor.post(page, {"password1": new, "password2": new}).status_code == 302
    assert log_in(visitor, "Kari", new)["Location"] == "/"
    assert "does not work" in Client(SERVER_NAME="localhost").get(link).content.decode()
