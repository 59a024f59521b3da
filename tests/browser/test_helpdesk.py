"""The help desk in a browser: a ticket from its opening to its end, and the picker of its form."""

import pytest
from tests.browser.pages import PHONE, create_login_helper, is_within_screen, open_page
from tests.browser.staffed_company import CROWD, LAST, NAMESAKES, write_office


@pytest.fixture(scope="module")
def served_company(database):
    """A company with 50,000 people more."""
    return write_office(crowd=CROWD)


@pytest.fixture(scope="module")
def cookies(browser, served):
    """Logins, each logged in once."""
    return create_login_helper(browser, served)


@pytest.fixture
def maria(browser, served, cookies):
    with open_page(browser, served, cookies("maria")) as page:
        yield page


def open_ticket(page, title):
    page.goto("/helpdesk/new/")
    page.fill("#t-title", title)
    page.get_by_role("button", name="Open the ticket").click()
    page.wait_for_url("**/helpdesk/*/")


def click_step(page, name):
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def read_status(page):
    return page.locator("h1 .status").inner_text()


def test_the_last_of_fifty_thousand_is_chosen_by_keys_alone(maria):
    maria.goto("/helpdesk/new/")
    maria.fill("#t-title", "Torn net")
    maria.focus("#assignee")
    # As one word of a phone's keyboard: one question, so that no later answer replaces what is walked.
    maria.keyboard.insert_text("zetter yrsa")
    maria.wait_for_selector("[role=option][data-more]")
    options, pages = maria.locator("[role=option][data-id]"), 0
    # To the end of the page and one on, as often as there are more.
    while maria.locator("[role=option][data-more]").count():
        before = options.count()
        maria.keyboard.press("ArrowDown")
        maria.keyboard.press("End")
        maria.keyboard.press("Enter")
        maria.wait_for_function(
            "(before) => document.querySelectorAll('[role=option][data-id]').length > before", arg=before
        )
        pages += 1
    assert options.count() == NAMESAKES
    assert pages == 5
    maria.keyboard.press("End")
    active = maria.get_attribute("#assignee", "aria-activedescendant")
    assert LAST in maria.locator(f"#{active}").inner_text()
    maria.keyboard.press("Enter")
    assert maria.input_value("#assignee") == LAST
    assert maria.get_attribute("#assignee", "aria-expanded") == "false"
    maria.keyboard.press("Tab")
    maria.keyboard.press("Enter")
    maria.wait_for_url("**/helpdesk/*/")
    assert LAST in maria.locator(".about").inner_text()


def test_a_full_name_leaves_one_match_and_escape_closes_the_list(maria):
    maria.goto("/helpdesk/new/")
    maria.focus("#assignee")
    maria.keyboard.insert_text(LAST.lower())
    maria.wait_for_function("() => document.querySelectorAll('[role=option]').length === 1")
    maria.keyboard.press("Escape")
    assert maria.locator("[role=listbox]").is_hidden()
    maria.keyboard.press("ArrowDown")
    maria.wait_for_selector("[role=option]")
    maria.keyboard.press("Enter")
    assert maria.input_value("[name=person]") != ""
    # Whoever types on has chosen nobody.
    maria.keyboard.type("x")
    assert maria.input_value("[name=person]") == ""


def test_a_name_that_is_only_typed_is_refused_at_the_field(maria):
    maria.goto("/helpdesk/new/")
    maria.fill("#t-title", "Torn net")
    maria.fill("#assignee", "Nobody Known")
    maria.click(".options .none")
    maria.get_by_role("button", name="Open the ticket").click()
    assert "only typed" in maria.locator("#assignee_error").inner_text()
    assert maria.input_value("#assignee") == "Nobody Known"
    assert maria.input_value("#t-title") == "Torn net"


def test_a_ticket_without_a_title_is_refused_at_the_title(maria):
    maria.goto("/helpdesk/new/")
    maria.get_by_role("button", name="Open the ticket").click()
    assert "needs a title" in maria.locator("#t-title_error").inner_text()
    assert maria.get_attribute("#t-title", "aria-invalid") == "true"


def test_a_ticket_goes_from_new_to_closed(maria, browser, served, cookies):
    with open_page(browser, served, cookies("ola")) as ola:
        ola.goto("/helpdesk/new/")
        ola.fill("#t-title", "Winch stands still")
        ola.select_option("#t-category", label="Nets")
        ola.select_option("#t-site", label="Vágur")
        ola.wait_for_selector("#t-container option:has-text('V-1')", state="attached")
        ola.select_option("#t-container", label="V-1")
        ola.get_by_role("button", name="Open the ticket").click()
        ola.wait_for_url("**/helpdesk/*/")
        address = ola.url
        assert read_status(ola) == "new"
        assert "left" in ola.locator(".clock").inner_text()
        maria.goto(address)
        for name, then in (("Take", "open"), ("Start", "in progress")):
            click_step(maria, name)
            assert read_status(maria) == then
        assert maria.get_by_role("button", name="Close", exact=True).count() == 0
        maria.fill("#say-body", "A fuse.")
        maria.set_input_files("#say-content", {"name": "fuse.txt", "mimeType": "text/plain", "buffer": b"10 A"})
        click_step(maria, "Send")
        maria.click("summary:has-text('Put on hold')")
        maria.fill("#hold-reason", "waits for the fuse")
        click_step(maria, "Hold")
        assert "on hold" in maria.locator(".clock").inner_text()
        click_step(maria, "Resume")
        click_step(maria, "Resolve")
        ola.reload()
        assert "fuse.txt" in ola.locator(".timeline").inner_text()
        with ola.expect_download() as saved:
            ola.click("text=fuse.txt")
        assert saved.value.path().read_bytes() == b"10 A"
        click_step(ola, "Close")
        assert read_status(ola) == "closed"
        assert "waits for the fuse" in ola.locator(".timeline").inner_text()


def test_a_reason_that_is_missing_is_asked_for_at_its_field(maria):
    open_ticket(maria, "By mistake")
    maria.click("summary:has-text('Cancel it')")
    click_step(maria, "Cancel the ticket")
    assert "Say why" in maria.locator("details[open] [role=alert]").inner_text()
    assert read_status(maria) == "new"
    maria.fill("#cancel-reason", "opened twice")
    click_step(maria, "Cancel the ticket")
    assert read_status(maria) == "cancelled"


def test_queues_count_and_filter(maria):
    open_ticket(maria, "Lamp is dark")
    click_step(maria, "Take")
    maria.goto("/helpdesk/?queue=mine")
    assert "Lamp is dark" in maria.inner_text("#results")
    assert maria.locator(".tabs a[aria-current] .count").inner_text() == str(maria.locator(".ticket").count())
    maria.fill("#q", "no such words")
    maria.wait_for_selector("text=No ticket matches")
    maria.goto("/helpdesk/?queue=overdue")
    assert "No ticket is overdue" in maria.inner_text("#results")


@pytest.mark.parametrize("address", ["/helpdesk/", "/helpdesk/new/", "/helpdesk/1/", "/people/"])
def test_a_page_fits_a_phone(browser, served, cookies, address):
    with open_page(browser, served, cookies("maria"), viewport=PHONE) as page:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert is_within_screen(page)
