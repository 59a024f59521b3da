"""Today in a browser: a finding is acknowledged by keys alone, and undone; the page fits a phone."""

import pytest
from tests.browser.conftest import PASSWORD


@pytest.fixture(scope="module")
def served_company(database):
    """The farm with low oxygen in a pen, estimated, with its findings."""
    from tests.edited_farm import LAST, on, write_farm
    from tests.integration.attention.conftest import NOW

    from grilse.access.memberships import ensure_demo_login
    from grilse.access.models import Company
    from grilse.access.tenancy import tenant_transaction
    from grilse.attention.refresh import refresh_findings
    from grilse.environment.models import DailyEnvironment
    from grilse.growth.estimating.run import estimate_company

    farm = write_farm(Company.objects.using("owner").create(name="Morning Salmon").pk)
    estimate_company(farm.company)
    with tenant_transaction(farm.company):
        DailyEnvironment.objects.filter(container=farm.containers["P3"], date=on(LAST)).update(oxygen_min=40.0)
        refresh_findings(NOW)
    ensure_demo_login(farm.company, PASSWORD)
    return farm


@pytest.fixture(scope="module")
def session(browser, served):
    context = browser.new_context(base_url=served)
    page = context.new_page()
    page.goto("/")
    page.fill("#id_username", "demo")
    page.fill("#id_password", PASSWORD)
    page.click("button.primary")
    page.wait_for_url(f"{served}/")
    cookies = context.storage_state()
    context.close()
    return cookies


@pytest.fixture(params=[(1280, 900), (400, 800)], ids=["desk", "phone"])
def today(request, browser, served, session):
    """The page; what goes wrong in its scripts fails the test."""
    width, height = request.param
    context = browser.new_context(base_url=served, storage_state=session, viewport={"width": width, "height": height})
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto("/")
    yield page
    context.close()
    assert wrong == []


def test_a_finding_is_acknowledged_by_keys_and_undone(today):
    card = today.locator(".finding", has_text="Oxygen low")
    card.locator("a", has_text="Acknowledge").focus()
    today.keyboard.press("Enter")
    today.wait_for_selector(".finding input[name=note]:focus")
    today.keyboard.type("aeration is on")
    today.keyboard.press("Tab")
    today.keyboard.type("3")
    today.keyboard.press("Enter")

    today.wait_for_selector(".toast:has-text('Acknowledged')")
    assert "aeration is on" in card.inner_text()
    assert today.evaluate("document.activeElement.classList.contains('finding')")
    today.locator(".toast button", has_text="Undo").click()
    today.wait_for_selector(".toast:has-text('Shown again')")
    assert card.locator("a", has_text="Acknowledge").is_visible()


def test_a_refusal_comes_into_the_card_and_the_page_does_not_overflow(today):
    card = today.locator(".finding", has_text="Oxygen low")
    card.locator("a", has_text="Acknowledge").click()
    card.locator("input[name=days]").evaluate("field => { field.removeAttribute('max'); field.value = '200'; }")
    card.locator("button.primary").click()

    today.wait_for_selector(".finding .wrong:has-text('200')")
    assert today.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_mine_filters_without_a_new_page(today):
    today.locator("label", has_text="Mine").click()
    today.wait_for_selector(".empty:has-text('Nothing is assigned to you')")
    assert today.url.endswith("?mine=on")
