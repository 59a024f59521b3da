"""The page of a site as a person uses it: limits, colours, sorting, water by year and month, log; keys and a phone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import write_company
from tests.browser.pages import PHONE, WIDE, is_within_screen, open_page

DAYS = 760
MAX_PAGE_BYTES = 150_000


@pytest.fixture(scope="module")
def served_company(database):
    """The example batches, with water of two years in a pen of the site of B-1."""
    from grilse.access.models import Company
    from grilse.environment.models import DailyEnvironment, Reading
    from grilse.farm.models import Area, Container

    write_company()
    company = Company.objects.using("owner").get(name="Northern Salmon").pk
    area = Area.objects.using("owner").get(name="B-1-SEA-11")
    pen = Container.objects.using("owner").filter(area=area).order_by("pk")[0].pk
    days = [date(2022, 6, 1) + timedelta(days=number) for number in range(DAYS)]
    DailyEnvironment.objects.using("owner").bulk_create(
        DailyEnvironment(
            company_id=company, container_id=pen, date=day, temperature_mean=9 + number % 5, temperature_min=8,
            temperature_max=15, temperature_n=6,
        )
        for number, day in enumerate(days)
    )  # fmt: skip
    Reading.objects.using("owner").bulk_create(
        Reading(
            company_id=company, container_id=pen, at=datetime(day.year, day.month, day.day, hour, tzinfo=UTC),
            temperature_c=9.5, salinity_ppt=34.2,
        )
        for day in days for hour in (6, 18)
    )  # fmt: skip
    return {"area": area.pk, "pen": pen}


@pytest.fixture
def site(browser, served, session, served_company):
    with open_page(browser, served, session, viewport=WIDE) as page:
        page.goto(f"/sites/area/{served_company['area']}/")
        yield page


def read_status(page):
    expect(page.locator("#water [role=status]")).not_to_be_empty()
    return page.text_content("#water [role=status]")


def open_water_table(page):
    page.click("#water summary")
    page.wait_for_selector("#water details tbody tr")
    return page.locator("#water details tbody tr")


def test_whether_a_site_is_over_its_limit_is_read_at_once(site):
    verdict = site.locator(".verdict")
    assert verdict.bounding_box()["y"] < WIDE["height"] / 3
    assert "Within its limits" in verdict.inner_text()


def test_pens_change_their_colours_by_keys(site):
    site.focus("[name=colour][value=density]")
    site.keyboard.press("ArrowRight")
    assert site.locator("[data-by=density]").is_hidden()
    assert site.locator("[data-by=lice]").is_visible()
    site.keyboard.press("ArrowRight")
    numbers = site.locator("[data-by=mortality] .pens b").all_inner_texts()
    assert len(numbers) == 6
    assert all(float(number) > 0 for number in numbers)
    assert site.locator("[data-by=mortality] .scale li").count() == 6


def test_the_table_of_pens_sorts_in_its_place(site):
    site.click("#pens thead a:has-text('Mean weight')")
    site.wait_for_selector("#pens th[aria-sort=descending]")
    weights = [float(text.split()[0]) for text in site.locator("#pens tbody td:nth-child(4)").all_inner_texts()]
    assert weights == sorted(weights, reverse=True)
    assert "sort=-weight" in site.url
    assert site.evaluate("document.activeElement.closest('th').ariaSort") == "descending"


def test_water_of_a_pen_over_a_year_and_a_month(site):
    assert "one value a day" in read_status(site)
    site.select_option("#water [name=year]", "2023")
    rows = open_water_table(site)
    expect(rows).to_have_count(365)
    site.select_option("#water [name=month]", "3")
    expect(rows).to_have_count(31)
    assert rows.first.inner_text().split("\t")[0] == "31 Mar 2023"


def test_a_parameter_without_daily_values_is_shown_of_a_pen(site):
    read_status(site)
    site.select_option("#water [name=parameter]", "salinity")
    expect(site.locator("#water [data-unit]")).to_have_text("‰")
    assert site.eval_on_selector("#water [name=container]", "field => field.value") != ""
    assert "34.2" in open_water_table(site).first.inner_text()


def test_the_log_comes_when_it_is_reached_and_goes_back(site):
    site.locator("#log").scroll_into_view_if_needed()
    site.wait_for_selector("#events .log")
    first = site.inner_text("#events nav span")
    site.click("#events nav a:has-text('Earlier')")
    expect(site.locator("#events nav span")).not_to_have_text(first)


@pytest.mark.parametrize("address", ["/sites/area/{area}/", "/containers/{pen}/"])
@pytest.mark.parametrize("size", [PHONE, WIDE])
def test_nothing_lies_beside_the_screen_and_the_page_is_light(browser, served, session, served_company, address, size):
    with open_page(browser, served, session, viewport=size) as page:
        received = []
        page.on("requestfinished", lambda request: received.append(request.sizes()["responseBodySize"]))
        page.goto(address.format(**served_company))
        read_status(page)
        assert is_within_screen(page)
        assert sum(received) <= MAX_PAGE_BYTES
