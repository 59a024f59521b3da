"""Pages of errors: with navigation, and a reference number that the log has too."""

import re
from contextlib import contextmanager

import pytest
from django.db import connection

REFERENCE = re.compile(r"Reference ([0-9A-F]{8})")


@pytest.fixture
def browser(login, growing_company):
    client = login(growing_company)
    client.raise_request_exception = False
    return client


@contextmanager
def fail_statements(text):
    """Let each statement with a text fail in the program, as a defect of it would."""

    def fail(execute, sql, parameters, many, context):
        if text in sql:
            raise ZeroDivisionError("planted")
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(fail):
        yield


def assert_navigable(answer, caplog):
    page = answer.content.decode()
    assert 'aria-label="Main"' in page
    [reference] = REFERENCE.findall(page)
    assert reference in caplog.text
    return page


def test_an_unknown_address_has_navigation_and_a_reference(browser, caplog):
    answer = browser.get("/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing at this address." in assert_navigable(answer, caplog)


def test_a_page_without_permission_says_which_roles_have_it(login, growing_company, caplog):
    from grilse.access.models import Membership
    from grilse.access.tenancy import tenant_transaction

    client = login(growing_company)
    user = int(client.session["_auth_user_id"])
    with tenant_transaction(growing_company):
        [admin] = Membership.objects.filter(user_id=user)
        Membership.objects.filter(pk=admin.pk).update(role="viewer")
    try:
        answer = client.get("/people/map/")
    finally:
        with tenant_transaction(growing_company):
            Membership.objects.filter(pk=admin.pk).update(role="admin")
    assert answer.status_code == 403
    page = assert_navigable(answer, caplog)
    assert "it takes one of admin, manager" in page
    assert 'href="/people/map/"' not in page


def test_a_defect_shows_no_detail_and_logs_it_under_the_reference(browser, caplog):
    with fail_statements("growth_batchstate"):
        answer = browser.get("/batches/")
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in assert_navigable(answer, caplog)
    assert "ZeroDivisionError: planted" in caplog.text


def test_a_form_without_a_token_shows_a_reference(growing_company, caplog):
    from django.test import Client

    answer = Client(SERVER_NAME="localhost", enforce_csrf_checks=True).post("/login/", {"username": "demo"})
    assert answer.status_code == 403
    assert REFERENCE.search(answer.content.decode())[1] in caplog.text


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/helpdesk/new/ask/", "/helpdesk/new/"),
        ("/helpdesk/new/give/", "/helpdesk/new/"),
        ("/helpdesk/1/say/", "/helpdesk/1/"),
        ("/helpdesk/1/steps/take/", "/helpdesk/1/"),
        ("/helpdesk/1/own/close/", "/helpdesk/1/"),
        ("/journal/1/restore/", "/journal/"),
    ],
)
def test_the_address_of_a_refused_form_can_be_loaded_again(browser, address, page):
    answer = browser.get(address)
    assert (answer.status_code, answer["Location"]) == (302, page)
