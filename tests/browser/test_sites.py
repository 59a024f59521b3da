"""The table of sites and their map, as a browser shows them."""

from datetime import date

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import write_company

MAX_BYTES = 150_000
TONES = """all => all.map(mark => [mark.className, getComputedStyle(mark.querySelector(".dot")).backgroundColor])"""
PLACES = [(62.05, -7.0), (62.15, -6.75), (62.25, -6.5), (61.5, -6.8), (61.55, -6.75), (62.0, -6.9)]


@pytest.fixture(scope="module")
def served_company(database):
    """Three batches whose sites have a position, one of them with a severe finding."""
    from grilse.attention.models import Finding
    from grilse.farm.models import Area, Station

    write_company()
    sites = [*Area.objects.using("owner").order_by("pk"), *Station.objects.using("owner").order_by("pk")]
    for site, (latitude, longitude) in zip(sites, PLACES, strict=True):
        type(site).objects.using("owner").filter(pk=site.pk).update(latitude=latitude, longitude=longitude)
    area = sites[0]
    Finding.objects.using("owner").create(
        company_id=area.company_id, kind="lice", subject=f"area:{area.pk}", geography_id=area.geography_id, area=area,
        severe=True, score=1, figure=1, threshold=0.5, cases=1, watched=1, day=date(2024, 1, 1),
        begun_on=date(2024, 1, 1),
    )  # fmt: skip


def open_map(page):
    page.goto("/sites/?view=map")
    page.wait_for_selector("#sites-map[data-coast=drawn]")
    return page.locator("#sites-map .mark")


def find_centre(mark):
    box = mark.locator(".dot").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_marks_are_where_their_sites_are(page):
    marks = open_map(page)
    assert marks.count() == len(PLACES)
    data = page.evaluate("JSON.parse(document.getElementById('sites-data').textContent)")
    # The map's own projection is Leaflet's; this is the formula of Mercator.
    at = {mark["name"]: page.evaluate(
        "([y, x]) => [x * Math.PI / 180, Math.log(Math.tan(Math.PI / 4 + y * Math.PI / 360))]",
        [mark["latitude"], mark["longitude"]]) for mark in data}  # fmt: skip
    drawn = {name: find_centre(marks.filter(has_text=name).first) for name in at}
    (first, last) = min(at, key=lambda name: at[name][1]), max(at, key=lambda name: at[name][1])
    scale = (drawn[first][1] - drawn[last][1]) / (at[last][1] - at[first][1])
    assert scale > 100
    for name, (x, y) in at.items():
        assert drawn[name][0] - drawn[first][0] == pytest.approx((x - at[first][0]) * scale, abs=2)
        assert drawn[first][1] - drawn[name][1] == pytest.approx((y - at[first][1]) * scale, abs=2)


def test_a_severe_finding_colours_its_mark(page):
    marks = open_map(page)
    severe = page.evaluate(
        "JSON.parse(document.getElementById('sites-data').textContent).filter(mark => mark.state === 'severe').length"
    )
    assert page.locator("#sites-map .mark.severe").count() == severe > 0
    tones = marks.evaluate_all(TONES)
    assert (
        len({tone for name, tone in tones if "severe" in name} & {tone for name, tone in tones if "calm" in name}) == 0
    )


def test_keys_reach_a_mark_which_shows_its_figures_and_is_a_link(page):
    open_map(page)
    page.focus("#sites-map")
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('mark')"):
            break
    label = page.evaluate("document.activeElement.getAttribute('aria-label')")
    expect(page.locator(".leaflet-tooltip")).to_contain_text(label.split(",")[0])
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("/sites/")


def test_no_label_lies_over_another(page):
    open_map(page)
    page.keyboard.press("0")
    boxes = [label.bounding_box() for label in page.locator(".mark:not([data-side=none]) .label").all()]
    assert len(boxes) >= 3
    for i, one in enumerate(boxes):
        for other in boxes[:i]:
            apart_x = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
            apart_y = one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
            assert apart_x or apart_y


@pytest.mark.parametrize("address", ["/sites/", "/sites/?view=map"])
def test_a_page_comes_from_this_server_and_is_small(browser, served, session, address):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=served, storage_state=session)
    page, sizes = context.new_page(), {}
    page.on("requestfinished", lambda request: sizes.update({request.url: request.sizes()["responseBodySize"]}))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    context.close()
    assert all(url.startswith(served) for url in sizes)
    assert 20_000 < sum(sizes.values()) < MAX_BYTES
    assert ("map" in address) == any("n60w010.json" in url for url in sizes)


def test_the_map_is_that_of_the_filter_and_leads_back_to_the_table(page):
    open_map(page)
    page.fill("#q", "B-2")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=B-2**")
    page.wait_for_selector("#sites-map[data-coast=drawn]")
    assert 0 < page.locator("#sites-map .mark").count() < len(PLACES)
    page.get_by_role("link", name="Table").click()
    page.wait_for_selector("table.sites")
    assert page.input_value("#q") == "B-2"


def test_a_phone_shows_below_the_name_what_it_leaves_out(page):
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto("/sites/")
    row = page.locator("table.sites tbody tr:not(.sum)").first
    assert "fish" in row.locator("th .phone-only").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert page.locator("table.sites thead th:visible").count() == 4
