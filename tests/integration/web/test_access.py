"""Who sees what."""

import pytest
from django.test import Client

PAGES = ["/", "/batches/", "/batches/N-1/"]
ANSWERS = ["/api/v1/batches/N-1/growth", "/api/v1/me"]


@pytest.fixture
def anonymous_client(database) -> Client:
    return Client(SERVER_NAME="localhost")


@pytest.mark.parametrize("address", PAGES)
def test_a_page_without_login_leads_to_the_login_and_back(anonymous_client, growing_company, address):
    answer = anonymous_client.get(address)
    assert answer.status_code == 302
    assert answer["Location"] == f"/login/?next={address}"


@pytest.mark.parametrize("address", ANSWERS)
def test_a_program_without_login_gets_401(anonymous_client, growing_company, address):
    answer = anonymous_client.get(address)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"].startswith("log in, or send a key")


def test_capabilities_are_public(anonymous_client):
    assert anonymous_client.get("/api/v1/openapi.json").json()["openapi"].startswith("3.1")


def test_a_fragment_without_login_leads_the_whole_page_to_the_login(anonymous_client, growing_company):
    answer = anonymous_client.get("/batches/?q=N", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"].startswith("/login/?next=")


def test_the_demo_login_works_again_with_its_lasting_password(anonymous_client, growing_company):
    from grilse.access.memberships import ensure_demo_login

    for password in ("first-of-two-passwords", "second-of-two-passwords", "second-of-two-passwords"):
        name = ensure_demo_login(growing_company, password)
    answer = anonymous_client.post("/login/?next=/batches/N-1/", {"username": name, "password": password})
    assert answer["Location"] == "/batches/N-1/"
    assert "Northern Salmon" in anonymous_client.get("/batches/").content.decode()


def test_a_wrong_password_shows_an_error(anonymous_client, growing_company):
    answer = anonymous_client.post("/login/", {"username": "demo", "password": "guess"})
    assert "do not match" in answer.content.decode()


def test_a_login_leads_to_no_other_server(anonymous_client, growing_company):
    from grilse.access.memberships import ensure_demo_login

    ensure_demo_login(growing_company, "a-password-to-log-in")
    answer = anonymous_client.post(
        "/login/?next=https://example.org/", {"username": "demo", "password": "a-password-to-log-in"}
    )
    assert answer["Location"] == "/"


def test_logging_out_ends_the_session(login, growing_company):
    browser = login(growing_company)
    assert browser.post("/logout/").status_code == 302
    assert browser.get("/batches/").status_code == 302


def test_another_companys_batch_is_not_found(login, growing_company, other_company):
    browser = login(growing_company)
    assert browser.get("/batches/O-1/").status_code == 404
    assert browser.get("/api/v1/batches/O-1/growth").status_code == 404
    assert "O-1" not in browser.get("/batches/").content.decode()
    assert browser.get("/batches/N-1/").status_code == 200


def test_another_companys_placement_has_no_states(login, growing_company, other_company, owner):
    [foreign] = owner.execute("SELECT id FROM stock_placement WHERE company_id = %s", [other_company]).fetchone()
    answer = login(growing_company).get(f"/api/v1/batches/N-1/growth?placement={foreign}").json()
    assert answer["states"] is None
    assert answer["samples"]["day"] == answer["marks"]["day"] == []


def test_a_login_without_company_sees_nothing(login, growing_company):
    answer = login(None).get("/batches/")
    assert answer.status_code == 403
    assert "N-1" not in answer.content.decode()


def test_a_page_may_load_from_its_own_server_only(login, growing_company):
    answer = login(growing_company).get("/batches/N-1/")
    assert answer["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
    assert "http" not in answer.content.decode().replace("http-", "").partition("<main")[0]


@pytest.mark.parametrize("status", [403, 422])
def test_an_answer_that_reports_an_error_writes_nothing(growing_company, status):
    from django.http import HttpResponse
    from django.test import RequestFactory

    from grilse.access.memberships import ensure_demo_login
    from grilse.access.requests import permission_required
    from grilse.access.tenancy import tenant_transaction
    from grilse.farm.models import Geography

    ensure_demo_login(growing_company, "a-password-to-log-in")
    request = RequestFactory().get("/")
    request.user, request.session = _find_user("demo"), {}

    @permission_required("farm.change")
    def fail_request(request):
        Geography.objects.create(company_id=growing_company, name="Half written")
        return HttpResponse(status=status)

    assert fail_request(request).status_code == status
    with tenant_transaction(growing_company):
        assert not Geography.objects.filter(name="Half written").exists()


def _find_user(name: str):
    from django.contrib.auth import get_user_model

    return get_user_model().objects.get(username=name)


def test_a_form_from_elsewhere_is_refused_kindly(growing_company):
    answer = Client(SERVER_NAME="localhost", enforce_csrf_checks=True).post("/login/", {"username": "demo"})
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()
