"""Callers with too many requests in a minute wait; others do not."""

import json

import pytest
from django.test import Client, override_settings
from tests.integration.api.conftest import create_key

from grilse.web import rate_limits
from grilse.web.rate_limits import RateLimitMiddleware, RequestCounter

ME = "/api/v1/me"


@pytest.fixture(scope="module")
def company(database):
    from grilse.access.models import Company

    return Company.objects.using("owner").create(name="Northern Salmon").pk


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands at the tenth second of a minute, and counters that begin."""
    moment = [60 * 1000 + 10]
    monkeypatch.setattr(rate_limits.time, "time", lambda: moment[0])
    monkeypatch.setattr(RateLimitMiddleware, "counter", RequestCounter())
    return moment


def client_of(key=None, address="192.0.2.1"):
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return Client(SERVER_NAME="localhost", REMOTE_ADDR=address, headers=headers)


def count_answers(client, path, requests):
    """Return how many requests were answered before the first refusal, and the last response."""
    statuses = []
    for _ in range(requests):
        answer = client.get(path)
        statuses.append(answer.status_code)
    return sum(status != 429 for status in statuses), answer


@override_settings(REQUESTS_PER_MINUTE=8)
def test_a_key_waits_for_the_next_minute(company, clock):
    key, other = create_key(company, "viewer"), create_key(company, "viewer")
    answered, refused = count_answers(client_of(key), ME, 10)
    assert (answered, refused.status_code, refused["Retry-After"]) == (8, 429, "50")
    assert json.loads(refused.content)["detail"] == (
        "more than 8 requests in a minute from this key: wait 50 seconds, then try again"
    )
    assert client_of(other).get(ME).status_code == 200
    clock[0] += 50
    assert client_of(key).get(ME).status_code == 200


@override_settings(REQUESTS_PER_MINUTE=8)
def test_a_login_waits_however_many_sessions_it_has(company, clock):
    from django.contrib.auth import get_user_model

    user = get_user_model().objects.create_user("rates", password="a-password-of-some-length")
    for requests, answered in ((5, 5), (5, 3)):
        browser = client_of()
        browser.force_login(user)
        assert count_answers(browser, "/password/changed/", requests)[0] == answered


@pytest.mark.parametrize("key", [None, "grilse_invented_key"])
@override_settings(REQUESTS_PER_MINUTE=8)
def test_an_address_without_login_has_a_quarter(company, clock, key):
    assert count_answers(client_of(key), ME, 3)[0] == 2
    assert client_of(create_key(company, "viewer")).get(ME).status_code == 200


@override_settings(REQUESTS_PER_MINUTE=8)
def test_an_address_has_a_limit_over_all_its_keys(company, clock):
    answers = [count_answers(client_of(create_key(company, "viewer")), ME, 8)[0] for _ in range(11)]
    assert answers == [8] * 10 + [0]
    assert client_of(create_key(company, "viewer"), "192.0.2.2").get(ME).status_code == 200


@override_settings(REQUESTS_PER_MINUTE=8)
def test_an_ipv6_client_counts_by_its_network(company, clock):
    assert count_answers(client_of(address="2001:db8::1"), ME, 2)[0] == 2
    assert client_of(address="2001:db8::2").get(ME).status_code == 429
    assert client_of(address="2001:db8:0:1::1").get(ME).status_code == 401


@override_settings(REQUESTS_PER_MINUTE=4)
def test_a_page_says_how_long_to_wait(company, clock):
    _, page = count_answers(client_of(), "/login/", 2)
    assert (page.status_code, page["Retry-After"]) == (429, "50")
    assert "More than 1 requests in a minute from this address: wait 50 seconds" in page.content.decode()


def test_processes_count_together():
    first = RequestCounter(2)
    second = object.__new__(RequestCounter)
    second.__dict__.update(first.__dict__, process=1)
    assert [first.add_request("key 1", 7), second.add_request("key 1", 7), first.add_request("key 1", 7)] == [1, 2, 3]
    assert second.add_request("key 1", 8) == 1
    assert first.add_request("key 2", 8) == 1
