"""The page of the last proof, empty at first, then with a proof of this very database."""

from dataclasses import replace

import pytest
from tests.browser.pages import PHONE, create_login_helper, is_within_screen, open_page
from tests.browser.staffed_company import write_office

QUERIES = ("list.persons.first", "list.tickets.first", "list.areas.first")


@pytest.fixture(scope="module")
def served_company(database):
    """Two proofs of a company with people; Django refuses to ask once the loop of the browser runs."""
    from grilse.proof import conf
    from grilse.proof.measurement import measure_queries
    from grilse.proof.registry import list_declared_budgets

    for old in conf.get_report_folder().glob("*.json"):
        old.unlink()
    write_office()
    figures = [
        measure_queries([budget for budget in list_declared_budgets() if budget.name in QUERIES]) for _ in range(2)
    ]
    return [replace(figure, at=f"2026-11-0{day}T12:00:00+00:00") for day, figure in enumerate(figures, start=1)]


@pytest.fixture
def proofs(served_company):
    """What keeps one of the proofs as the command does."""
    from grilse.proof import performance_reports

    return lambda number: performance_reports.store_report(served_company[number])


@pytest.fixture(scope="module")
def cookies(browser, served):
    """Logins, each logged in once."""
    return create_login_helper(browser, served)


@pytest.fixture
def maria(browser, served, cookies):
    with open_page(browser, served, cookies("maria")) as page:
        yield page


def test_without_a_proof_the_page_says_which_command_makes_one(maria):
    maria.goto("/settings/performance/")
    assert "grilse check performance" in maria.inner_text(".empty")


def test_a_proof_lists_each_query_and_draws_each_plan(maria, proofs):
    proofs(0)
    maria.goto("/settings/performance/")
    assert maria.locator(".proofs tbody tr").count() == len(QUERIES)
    maria.fill("#q", "persons")
    maria.wait_for_function("() => document.querySelectorAll('.proofs tbody tr').length === 1")
    maria.click("text=list.persons.first")
    maria.wait_for_selector(".plan .step")
    step = maria.locator(".plan .step", has_text="people_person").first
    assert "planned" in step.inner_text()
    assert step.locator("rect.own").count() == 1
    assert "need a second check" in maria.inner_text("main")


def test_a_second_proof_draws_the_figure_over_time(maria, proofs):
    proofs(0)
    proofs(1)
    maria.goto("/settings/performance/list.areas.first/")
    maria.wait_for_selector("figure.lines canvas")
    assert "2 checks" in maria.inner_text("main")


@pytest.mark.parametrize("address", ["/settings/performance/", "/settings/performance/list.persons.first/"])
def test_a_page_fits_a_phone(browser, served, cookies, proofs, address):
    proofs(0)
    with open_page(browser, served, cookies("maria"), viewport=PHONE) as page:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert is_within_screen(page)


def test_a_user_without_permission_does_not_see_the_page(browser, served, cookies):
    with open_page(browser, served, cookies("ola")) as ola:
        assert ola.request.get("/settings/performance/").status == 403
