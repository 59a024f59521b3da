"""The journal, the directory, the map and what is counted of people, as they see them."""

import json
import urllib.request
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from tests.browser.pages import PHONE, create_login_helper, is_within_screen, open_page
from tests.browser.staffed_company import write_office

PATHS = "all => all.map(path => path.getAttribute('d'))"


@pytest.fixture(scope="module")
def served_company(database):
    """A company with people."""
    return write_office()


@pytest.fixture(scope="module")
def cookies(browser, served):
    """Logins, each logged in once."""
    return create_login_helper(browser, served)


@pytest.fixture(scope="module")
def phone(served, served_company):
    """What sends to the server as Ola's phone does."""

    def send_sync(**sent):
        headers = {"Authorization": f"Bearer {served_company.key}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{served}/api/v1/sync", json.dumps(sent).encode(), headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    return send_sync


@pytest.fixture
def ola(browser, served, cookies):
    with open_page(browser, served, cookies("ola")) as page:
        yield page


@pytest.fixture
def maria(browser, served, cookies):
    with open_page(browser, served, cookies("maria")) as page:
        yield page


def write_entry(page, title, privacy):
    page.goto("/journal/")
    page.fill("#f-title", title)
    page.check(f"[name=privacy][value={privacy}]")
    page.click("#write button.primary")
    page.wait_for_selector(".toast:has-text('Written.')")


def build_point(latitude, longitude, minutes_ago, kind="site visit", **also):
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    return {
        "client_id": str(uuid.uuid4()), "at": at.isoformat(), "latitude": latitude, "longitude": longitude,
        "kind": kind, **also,
    }  # fmt: skip


def test_an_entry_is_shown_to_the_readers_its_author_chose(ola, maria, browser, served, cookies):
    ola.goto("/journal/")
    assert "your manager, Maria Debes" in ola.locator(".privacy").inner_text()
    write_entry(ola, "Mine alone", "private")
    write_entry(ola, "For the manager", "manager")
    assert "Written." in ola.locator(".toast").inner_text()
    maria.goto("/journal/shared/")
    assert maria.locator(".entry h3").all_inner_texts() == ["For the manager"]
    assert "Ola Nordmann" in maria.locator(".entry").inner_text()
    with open_page(browser, served, cookies("fina")) as fina:
        fina.goto("/journal/shared/")
        assert "Nobody has shared anything with you yet" in fina.locator("#entries").inner_text()


def test_a_slider_shows_its_number_and_the_trend_draws_it(ola):
    ola.goto("/journal/")
    ola.focus("#f-mood")
    for _ in range(7):
        ola.keyboard.press("ArrowRight")
    assert ola.locator("output[for=f-mood]").inner_text() == "7 of 10"
    assert ola.locator("output[for=f-stress]").inner_text() == "not set"
    ola.click("#write button.primary")
    ola.wait_for_selector(".toast:has-text('Written.')")
    ola.wait_for_selector("figure.lines canvas")
    assert ola.locator("figure.lines .uplot").count() == 3
    assert "1 day" in ola.locator(".figures").inner_text()


def test_a_deleted_entry_is_taken_back(ola):
    write_entry(ola, "Deleted by mistake", "private")
    ola.locator(".entry", has_text="Deleted by mistake").get_by_role("button", name="Delete").click()
    ola.wait_for_selector(".toast:has-text('Deleted.')")
    assert ola.locator(".entry", has_text="Deleted by mistake").count() == 0
    ola.get_by_role("button", name="Undo").click()
    ola.wait_for_selector(".toast:has-text('Restored.')")
    assert ola.locator(".entry", has_text="Deleted by mistake").count() == 1


def test_an_invalid_entry_shows_the_error_at_its_field_and_keeps_the_input(ola):
    ola.goto("/journal/")
    ola.fill("#f-title", "From the future")
    ola.fill("#f-at", "2099-01-01T12:00")
    ola.click("#write button.primary")
    refusal = ola.locator("#f-at_error")
    assert "later than tomorrow" in refusal.inner_text()
    assert ola.get_attribute("#f-at", "aria-describedby") == "f-at_error"
    assert ola.input_value("#f-title") == "From the future"


def test_a_conflict_of_two_versions_is_resolved_to_one(ola, phone):
    note = {**_build_note("On the north side"), "client_id": str(uuid.uuid4())}
    phone(entries=[note])
    assert phone(entries=[{**note, "body": "On the south side"}])["entries"] == ["conflict"]
    ola.goto("/journal/conflicts/")
    assert "On the north side" in ola.locator(".conflict").inner_text()
    ola.get_by_role("button", name="Keep the sent version").click()
    ola.wait_for_selector("text=No conflicts")
    ola.goto("/journal/")
    assert ola.locator(".entry", has_text="On the south side").count() == 1


def _build_note(body):
    return {"kind": "note", "at": datetime.now(UTC).isoformat(), "body": body, "privacy": "private"}


def test_a_consent_is_given_and_taken_back(ola):
    ola.goto("/journal/consents/")
    assert ola.locator(".status.active").count() == 0
    ola.get_by_role("button", name="I agree").first.click()
    ola.wait_for_selector(".status.active")
    ola.get_by_role("button", name="Withdraw").click()
    ola.wait_for_selector("summary:has-text('Earlier consents')")
    assert ola.locator(".status.active").count() == 0


def test_the_map_shows_where_somebody_is_and_that_they_moved(maria, phone):
    phone(points=[build_point(61.474, -6.806, 30)])
    maria.goto("/people/map/")
    maria.wait_for_selector("path.fence", state="attached")
    assert {"Vágur", "Strond hatchery"} <= set(maria.locator("#map .mark .label").all_text_contents())
    before = maria.locator("#map .person").get_attribute("data-latitude")
    phone(points=[build_point(62.263, -6.567, 1)])
    maria.reload()
    maria.wait_for_selector("#map .person", state="attached")
    assert (before, maria.locator("#map .person").get_attribute("data-latitude")) == ("61.474", "62.263")
    assert "1 min ago" in maria.locator("#map .person").text_content()


def test_the_map_is_zoomed_by_keys_by_buttons_and_to_a_person(maria, phone):
    phone(points=[build_point(62.263, -6.567, 0)])
    maria.goto("/people/map/")
    scale = maria.locator("#map .leaflet-control-scale-line")
    scale.wait_for()
    wide = scale.text_content()
    maria.focus("#map")
    for _ in range(3):
        maria.keyboard.press("+")
        maria.wait_for_timeout(400)
    assert scale.text_content() != wide
    maria.keyboard.press("0")
    maria.wait_for_function(
        "wide => document.querySelector('.leaflet-control-scale-line').textContent === wide", arg=wide
    )
    maria.click(".leaflet-control-zoom-in")
    maria.wait_for_function(
        "wide => document.querySelector('.leaflet-control-scale-line').textContent !== wide", arg=wide
    )
    maria.wait_for_timeout(400)
    maria.click("button[data-person]")
    maria.wait_for_selector("#map .person.chosen", state="attached")
    # The closer the map, the less the rounding of pixels matters.
    for _ in range(2):
        maria.click(".leaflet-control-zoom-in")
        maria.wait_for_timeout(400)
    assert "Ola Nordmann" in maria.inner_text("#map-status")
    # A fence is drawn to scale: its radius is 400 m.
    metres = maria.evaluate("""() => {
        const line = document.querySelector(".leaflet-control-scale-line");
        const [number, unit] = line.textContent.split(" ");
        return Number(number) * (unit === "km" ? 1000 : 1) / parseFloat(line.style.width);
    }""")
    radii = [
        float(path.split("a")[1].split(",")[0])
        for path in maria.locator("path.fence").evaluate_all(PATHS)
        if "a" in path
    ]
    assert [radius * metres for radius in radii if radius * metres == pytest.approx(400, rel=0.05)], (radii, metres)


def test_no_name_on_the_map_lies_over_another(maria, phone):
    phone(points=[build_point(61.4741, -6.8061, 1)])
    maria.goto("/people/map/")
    maria.wait_for_selector("#map .person", state="attached")
    boxes = [label.bounding_box() for label in maria.locator("#map .mark:not([data-side=none]) .label").all()]
    assert len(boxes) >= 2
    for i, one in enumerate(boxes):
        for other in boxes[:i]:
            apart_x = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
            apart_y = one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
            assert apart_x or apart_y


def test_the_map_draws_a_coast_and_asks_no_other_server(maria, served):
    asked = []
    maria.on("request", lambda request: asked.append(request.url))
    with maria.expect_response("**/n60w010.json"):
        maria.goto("/people/map/")
    maria.wait_for_selector("path.land >> nth=1", state="attached")
    assert {url for url in asked if not url.startswith((served, "data:"))} == set()


def test_a_journey_is_drawn_counted_and_paid(maria, phone):
    begun = datetime.now(UTC).isoformat()
    phone(
        journeys=[{"reference": "tour-1", "kind": "conveyance", "mode": "car", "begun_at": begun}],
        points=[
            build_point(62.0 + i / 100, -6.8, 60 - i, "conveyance", reference="tour-1") for i in range(10)
        ],
    )  # fmt: skip
    maria.goto("/people/map/")
    maria.select_option("#journey", index=1)
    maria.get_by_role("button", name="Show", exact=True).click()
    maria.wait_for_selector("#map path.way", state="attached")
    assert maria.locator("#map path.way-point").count() == 10
    assert "10 positions" in maria.inner_text("#where").replace("\u202f", " ")
    maria.goto("/people/conveyance/?since=2020-01-01&until=2099-01-01")
    assert "366 days at most" in maria.inner_text("[role=alert]")
    since = (datetime.now(UTC) - timedelta(days=2)).date()
    maria.goto(f"/people/conveyance/?since={since}")
    assert "3.84" in maria.locator(".conveyance tbody tr").first.inner_text()


def test_visits_are_listed_by_site_in_the_companys_time_zone(maria, phone):
    phone(points=[build_point(61.474, -6.806, minutes) for minutes in (200, 190)])
    at = datetime.now(UTC) - timedelta(minutes=200)
    maria.goto(f"/people/visits/?day={at:%Y-%m-%d}")
    assert "Times are in Atlantic/Faroe." in maria.inner_text("main")
    assert "Vágur" in maria.inner_text("[aria-label='Visits of the day']")


def test_no_link_is_shown_without_the_permission(browser, served, cookies):
    with open_page(browser, served, cookies("fina")) as fina:
        fina.goto("/people/")
        tabs = fina.locator("nav.tabs a").all_inner_texts()
        assert tabs == ["Directory", "Conveyance", "Journal"]
        fina.goto("/settings/")
        assert "Performance" not in fina.locator("main").inner_text()


@pytest.mark.parametrize(
    "address",
    ["/journal/", "/journal/shared/", "/journal/consents/", "/people/", "/people/map/", "/people/visits/",
     "/people/conveyance/", "/wellbeing/"],
)  # fmt: skip
def test_a_page_fits_a_phone(browser, served, cookies, address):
    with open_page(browser, served, cookies("maria"), viewport=PHONE) as page:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert is_within_screen(page)
