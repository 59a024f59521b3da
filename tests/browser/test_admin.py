"""The login and the back office in a browser: nothing is blocked, fetched from elsewhere or too wide."""

import pytest
from tests.browser.conftest import PASSWORD

PHONE = {"width": 390, "height": 844}


@pytest.fixture(params=[{"width": 1280, "height": 900}, PHONE], ids=["wide", "narrow"])
def office(browser, served, session, request):
    """A page of the office; whatever goes wrong in it fails the test."""
    context = browser.new_context(viewport=request.param, base_url=served, storage_state=session)
    page = context.new_page()
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on(
        "request",
        lambda outgoing_request: (
            None if outgoing_request.url.startswith((served, "data:")) else wrong.append(outgoing_request.url)
        ),
    )
    yield page
    context.close()
    assert wrong == []


@pytest.mark.parametrize("address", ["/admin/", "/admin/stock/movement/", "/admin/farm/container/"])
def test_a_page_fits_and_nothing_of_it_is_blocked(office, address):
    office.goto(address)
    office.wait_for_load_state("networkidle")
    assert "Northern Salmon" in office.locator("body").inner_text() or office.viewport_size == PHONE
    assert office.evaluate("document.documentElement.scrollWidth") <= office.viewport_size["width"]


def test_a_form_is_refused_in_the_words_of_the_action_and_keeps_what_was_typed(office):
    office.goto("/admin/stock/weightsample/add/")
    office.click("#id_placement + .select2")
    office.fill(".select2-search__field", "B-3")
    office.locator(".select2-results__option:not(.loading-results)").first.click()
    office.fill("#id_date", "2015-06-01")
    office.fill("#id_fish_weighed", "20")
    office.fill("#id_mean_weight_g", "512.5")
    office.click("[name=_save]")
    # It stands at the field that it is about.
    office.get_by_text("is before its placement").first.wait_for()
    assert office.input_value("#id_mean_weight_g") == "512.5"
    assert "B-3" in office.locator("#id_placement + .select2").inner_text()


@pytest.fixture(params=["light", "dark"])
def anonymous_page(browser, served, request):
    """A page of a phone that nobody is logged in on."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=served, color_scheme=request.param)
    yield context.new_page()
    context.close()


def test_a_wrong_password_shows_an_error_and_the_right_one_logs_in(anonymous_page):
    anonymous_page.goto("/flags/")
    anonymous_page.fill("#id_username", "demo")
    anonymous_page.fill("#id_password", "guess")
    anonymous_page.click("button.primary")
    assert "do not match" in anonymous_page.locator("[role=alert]").inner_text()
    assert anonymous_page.input_value("#id_username") == "demo"
    assert anonymous_page.evaluate("document.documentElement.scrollWidth") <= 390
    anonymous_page.fill("#id_password", PASSWORD)
    anonymous_page.click("button.primary")
    anonymous_page.wait_for_url("**/flags/")


def test_logging_out_leads_to_the_login(anonymous_page):
    anonymous_page.goto("/login/")
    anonymous_page.fill("#id_username", "demo")
    anonymous_page.fill("#id_password", PASSWORD)
    anonymous_page.click("button.primary")
    anonymous_page.wait_for_url(lambda url: "/login/" not in url)
    anonymous_page.click("summary:has-text('More')")
    anonymous_page.click(".rest button:has-text('Log out')")
    anonymous_page.wait_for_url("**/login/")


@pytest.mark.parametrize("address", ["/admin/stock/batch/add/", "/admin/stock/transferorder/add/"])
def test_fields_side_by_side_are_wide_and_cover_no_label(office, address):
    office.goto(address)
    office.wait_for_load_state("networkidle")
    assert office.evaluate("document.documentElement.scrollWidth") <= office.viewport_size["width"]
    lines = office.evaluate(FIELD_LINES)
    assert len(lines) >= 8 * 4
    assert [line for line in lines if line["width"] < 150 or line["covered"]] == []
    office.get_by_text("More lines").click()
    last = office.locator("#id_count_40")
    last.fill("120")
    assert last.is_visible()


FIELD_LINES = """
[...document.querySelectorAll('.field-row.grid .field-line')].filter((line) => line.checkVisibility()).map((line) => {
  const label = line.querySelector('label').getBoundingClientRect();
  const input = line.querySelector('.select2, input, select:not(.select2-hidden-accessible)').getBoundingClientRect();
  const isShown = label.width > 2;
  return { width: input.width, covered: isShown && (label.bottom > input.top + 1 && label.right > input.left + 1) };
})
"""
"""Width of each field of rows, and whether it covers its label."""
