"""The frame of every page as a person meets it: navigation, search, choosers, toasts."""

import pytest
from tests.browser.pages import PHONE, create_login_helper, open_page
from tests.browser.staffed_company import write_office


@pytest.fixture(scope="module", autouse=True)
def shows_components():
    """The server of these tests has the page of components."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRILSE_SHOW_COMPONENTS", "1")
        yield


@pytest.fixture(scope="module")
def served_company(database, shows_components):
    """A company with people and a batch, and a second company of Maria's."""
    from tests.example_batch import write_example

    from grilse.access.models import Company, Membership

    office = write_office()
    write_example(Company.objects.using("owner").get(pk=office.company), number="B-1", sea_days=120)
    second = Company.objects.using("owner").create(name="Second Salmon")
    Membership.objects.using("owner").create(company_id=second.pk, user_id=office.logins["maria"], role="admin")
    return office


@pytest.fixture(scope="module")
def cookies(browser, served):
    """Logins, each logged in once."""
    return create_login_helper(browser, served)


@pytest.fixture
def maria(browser, served, cookies):
    with open_page(browser, served, cookies("maria")) as page:
        yield page


@pytest.fixture
def phone(browser, served, cookies):
    with open_page(browser, served, cookies("maria"), viewport=PHONE) as page:
        yield page


def test_a_slash_focuses_the_search_and_keys_open_a_match(maria):
    maria.goto("/settings/")
    maria.keyboard.press("/")
    maria.keyboard.type("B-1")
    maria.wait_for_selector("#search-matches a")
    maria.keyboard.press("ArrowDown")
    maria.keyboard.press("Enter")
    maria.wait_for_url("**/batches/B-1/")


def test_a_slash_in_a_field_is_a_letter(maria):
    maria.goto("/batches/")
    maria.focus("#q")
    maria.keyboard.type("a/b")
    assert maria.input_value("#q") == "a/b"


def test_escape_closes_the_matches(maria):
    maria.goto("/settings/")
    maria.fill("#search", "Maria")
    maria.wait_for_selector("#search-matches a:has-text('Maria Debes')")
    maria.keyboard.press("Escape")
    assert maria.locator("#search-matches a").count() == 0


def test_a_site_is_chosen_in_the_bar_and_kept(maria):
    maria.goto("/batches/")
    maria.click("#scope summary")
    maria.click("#scope button:has-text('Vágur')")
    maria.wait_for_selector("#scope summary:has-text('Vágur')")
    assert "No batches here" in maria.inner_text("#table")
    maria.goto("/people/")
    assert maria.inner_text("#scope summary").startswith("Vágur")
    maria.click("#scope summary")
    maria.click("#scope button:has-text('All sites')")
    maria.wait_for_selector("#scope summary:has-text('All sites')")


def test_another_company_is_chosen_in_the_bar(maria):
    maria.goto("/batches/")
    maria.select_option("#company", label="Second Salmon")
    maria.wait_for_selector("text=No records yet")
    maria.select_option("#company", label="Northern Salmon")
    maria.wait_for_selector("text=Records until")


def test_on_a_phone_the_rest_of_the_navigation_is_behind_more(phone):
    phone.goto("/batches/")
    assert phone.locator(".main-nav > a:visible").count() == 4
    phone.click(".main-nav summary")
    phone.click(".rest a:has-text('Change password')")
    phone.wait_for_url("**/password/change/")


def test_the_names_to_choose_from_cover_no_button_on_a_phone(phone):
    phone.goto("/helpdesk/new/")
    phone.fill("#assignee", "o")
    phone.wait_for_selector("[role=option]")
    options = phone.locator("#assignee-options").bounding_box()
    button = phone.get_by_role("button", name="Open the ticket").bounding_box()
    assert options["y"] + options["height"] <= button["y"]


def test_a_refused_ticket_can_be_loaded_again(maria):
    maria.goto("/helpdesk/new/")
    maria.get_by_role("button", name="Open the ticket").click()
    maria.wait_for_selector("#t-title_error")
    maria.goto(maria.url)
    assert maria.inner_text("h1") == "New ticket"


def test_components_work_by_keys_and_a_toast_undoes(maria):
    maria.goto("/settings/components/")
    maria.fill("#id_day", "yesterday")
    maria.click("[aria-label='One more: Dead']")
    assert maria.input_value("#id_dead") == "15"
    maria.focus(".chips input[value=lice]")
    maria.keyboard.press("ArrowRight")
    assert maria.is_checked(".chips input[value=handling]")
    maria.get_by_role("button", name="Enter", exact=True).click()
    assert "required" in maria.inner_text("#id_note_error")
    maria.fill("#id_note", "calm")
    maria.get_by_role("button", name="Enter", exact=True).click()
    maria.wait_for_selector(".toast:has-text('14 dead fish entered.')")
    maria.click(".toast button:has-text('Undo')")
    maria.wait_for_selector(".toast:has-text('Undone.')")
    maria.click(".toast .dismiss")
    assert maria.locator(".toast").count() == 0


def test_a_table_and_a_chart_are_downloaded(maria):
    maria.goto("/settings/components/")
    maria.wait_for_selector("figure.lines canvas")
    for link, ending in (("text=CSV", ".csv"), ("text=Excel", ".xlsx"), ("[data-png]", ".png")):
        with maria.expect_download() as download:
            maria.click(link)
        assert download.value.suggested_filename.endswith(ending)
        assert download.value.path().stat().st_size > 50
