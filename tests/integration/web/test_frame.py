"""The frame of every page: company, geography and site, search, and until when there are records."""

import csv
import io

import pytest

HEAD_END = "</header>"


@pytest.fixture
def browser(login, growing_company):
    return login(growing_company)


@pytest.fixture
def member_of_both(login, growing_company, other_company):
    """A browser of a login that belongs to two companies."""
    from grilse.access.models import Membership
    from grilse.access.tenancy import tenant_transaction

    browser = login(growing_company)
    user = int(browser.session["_auth_user_id"])
    with tenant_transaction(other_company):
        row, _ = Membership.objects.get_or_create(company_id=other_company, user_id=user, role="viewer")
    yield browser
    with tenant_transaction(other_company):
        row.delete()


def read_head(browser, address="/batches/"):
    return browser.get(address).content.decode().partition(HEAD_END)[0]


def list_places(browser):
    import re

    return dict(re.findall(r'name="place" value="([^"]+)"[^>]*>([^<]+)<', browser.get("/scope/").content.decode()))


def find_place(browser, name):
    return next(key for key, title in list_places(browser).items() if title == name)


def test_a_login_of_one_company_has_no_switcher(browser):
    head = read_head(browser)
    assert "Northern Salmon" in head
    assert 'id="company"' not in head


def test_a_login_of_two_companies_switches_and_the_choice_stays(member_of_both, growing_company, other_company):
    assert "N-1" in member_of_both.get("/batches/").content.decode()
    assert member_of_both.post("/company/", {"company": other_company}).status_code == 302
    page = member_of_both.get("/batches/").content.decode()
    assert "O-1" in page
    assert "N-1" not in page
    assert f'<option value="{other_company}" selected>Other Salmon' in page
    assert member_of_both.get("/api/v1/me").json()["company"] == other_company


def test_a_login_cannot_switch_to_a_company_that_it_does_not_belong_to(browser, other_company):
    answer = browser.post("/company/", {"company": other_company})
    assert answer.status_code == 422
    assert "does not belong to the company" in answer.content.decode()
    assert "N-1" in browser.get("/batches/").content.decode()


def test_a_login_that_lost_the_chosen_company_gets_its_first(member_of_both, other_company):
    from grilse.access.models import Membership
    from grilse.access.tenancy import tenant_transaction

    member_of_both.post("/company/", {"company": other_company})
    with tenant_transaction(other_company):
        Membership.objects.filter(user_id=int(member_of_both.session["_auth_user_id"])).delete()
    assert "N-1" in member_of_both.get("/batches/").content.decode()


def test_a_chosen_site_is_kept_and_narrows_the_batches(browser):
    place = find_place(browser, "N-2-SEA-11")
    answer = browser.post("/scope/choose/", {"place": place, "next": "/batches/?page=2"})
    assert answer["Location"] == "/batches/"
    page = browser.get("/batches/").content.decode()
    assert "1 batch<" in page
    assert "N-2-SEA-11" in page.partition(HEAD_END)[0]
    browser.post("/scope/choose/", {"place": "", "next": ""})
    assert "3 batches<" in browser.get("/batches/").content.decode()


def test_a_geography_includes_its_sites(browser):
    browser.post("/scope/choose/", {"place": find_place(browser, "All of Scotland"), "next": ""})
    assert "3 batches<" in browser.get("/batches/").content.decode()


def test_the_scope_of_one_company_is_not_that_of_another(member_of_both, other_company):
    member_of_both.post("/scope/choose/", {"place": find_place(member_of_both, "N-2-SEA-11"), "next": ""})
    member_of_both.post("/company/", {"company": other_company})
    assert "N-2-SEA-11" not in read_head(member_of_both)
    assert "1 batch<" in member_of_both.get("/batches/").content.decode()


@pytest.mark.parametrize("place", ["area-999999", "barge-1", "x"])
def test_an_unknown_place_is_refused(browser, place):
    answer = browser.post("/scope/choose/", {"place": place, "next": ""})
    assert answer.status_code == 422
    assert f"there is no place {place}" in answer.content.decode()


@pytest.mark.parametrize("address", ["https://example.org/", "//example.org/x", "javascript:alert(1)"])
def test_a_choice_leads_to_no_other_server(browser, address):
    assert browser.post("/scope/choose/", {"place": "", "next": address})["Location"] == "/"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("N-1", ">N-1 <"),
        ("n-2-sea", ">N-2-SEA-11 <"),
        ("N-1-FW-A-01", ">N-1-FW-A-01 <"),
        ("no such thing", "Nothing matches"),
        ("#77", "Nothing matches"),
        ("", "Search for a batch"),
    ],
)
def test_a_search_finds_rows_of_every_kind(browser, text, found):
    assert found in browser.get("/search/", {"q": text}).content.decode()


def test_a_search_finds_persons_tickets_and_feed_lots(browser, growing_company, owner):
    browser.post("/helpdesk/new/ask/", {"title": "Winch stands still", "priority": "normal"})
    page = browser.get("/search/", {"q": "winch"}).content.decode()
    assert "#1 Winch stands still" in page
    assert "#1 Winch stands still" in browser.get("/search/", {"q": "#1"}).content.decode()
    [lot] = owner.execute(
        "SELECT number FROM feeding_feedlot WHERE company_id = %s LIMIT 1", [growing_company]
    ).fetchone() or ["none"]
    page = browser.get("/search/", {"q": lot}).content.decode()
    assert "/admin/feeding/feedlot/" in page or lot == "none"
    reporter = owner.execute(
        "SELECT name FROM people_person WHERE company_id = %s LIMIT 1", [growing_company]
    ).fetchone()[0]
    assert (
        "/people/" in browser.get("/search/", {"q": reporter.split()[0]}).content.decode().partition("<h2>Persons")[2]
    )


def test_a_search_shows_nothing_of_another_company(browser, other_company):
    page = browser.get("/search/", {"q": "O-1"}).content.decode()
    assert "/batches/" not in page.partition("<h1>")[2]


def test_the_page_says_until_when_there_are_records(browser, owner, growing_company):
    tables = {"stock_movement": "date", "stock_weightsample": "date", "feeding_meal": "at"}
    # The states of the example are not carried forward: records reach all of them.
    tables["growth_batchstate"] = "date"
    days = [
        owner.execute(f"SELECT max({column})::date FROM {table} WHERE company_id = %s", [growing_company]).fetchone()[0]
        for table, column in tables.items()
    ]
    last = max(day for day in days if day)
    assert f'Records until <time datetime="{last}">{last.day} {last:%b %Y}<' in read_head(browser)


def test_a_fragment_asks_nothing_for_the_frame(browser, statements):
    counts = {}
    for kind, headers in (("page", {}), ("fragment", {"HX-Request": "true"})):
        with statements() as count:
            browser.get("/batches/", headers=headers)
        counts[kind] = count[0]
    assert counts["page"] == counts["fragment"] + 2


def test_a_table_is_downloaded_as_it_is_shown(browser):
    rows = list(csv.reader(io.StringIO(browser.get("/batches/?q=N-1&as=csv").content.decode())))
    assert rows[0][:2] == ["Batch", "Site"]
    assert "Mean weight, g" in rows[0]
    assert [row[0] for row in rows[1:]] == ["N-1"]
    answer = browser.get("/batches/?q=N-1&as=csv")
    assert answer["Content-Disposition"] == 'attachment; filename="batches.csv"'


def test_a_table_has_the_sums_of_active_batches(browser):
    foot = browser.get("/batches/").content.decode().partition("<tfoot>")[2]
    assert "Total, active" in foot
    shown = browser.get("/batches/?as=csv").content.decode()
    fish = [row["Fish"] for row in csv.DictReader(io.StringIO(shown))]
    total = sum(int(text) for text in fish if text)
    assert f"{total:,}".replace(",", "\u202f") in foot
