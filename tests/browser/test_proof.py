"""The page of the last proof, empty at first, then with a proof of this very database."""

from dataclasses import replace

import pytest
from tests.browser.room import PHONE, fits, logging_in, opened
from tests.browser.staffed_office import write_office

QUERIES = ("list.persons.first", "list.tickets.first", "list.areas.first")


@pytest.fixture(scope="module")
def written(database):
    """Two proofs of a company with people; Django refuses to ask once the loop of the browser runs."""
    from grilse.proof import conf
    from grilse.proof.measurement import measure_queries
    from grilse.proof.registry import list_declared_budgets

    for old in conf.get_report_folder().glob("*.json"):
        old.unlink()
    write_office()
    made = [measure_queries([one for one in list_declared_budgets() if one.name in QUERIES]) for _ in range(2)]
    return [replace(one, at=f"2026-11-0{day}T12:00:00+00:00") for day, one in enumerate(made, start=1)]


@pytest.fixture
def proofs(written):
    """What keeps one of the proofs as the command does."""
    from grilse.proof import performance_reports

    return lambda number: performance_reports.store_report(written[number])


@pytest.fixture(scope="module")
def cookies(browser, served):
    """Logins, each logged in once."""
    return logging_in(browser, served)


@pytest.fixture
def maria(browser, served, cookies):
    with opened(browser, served, cookies("maria")) as page:
        yield page


def test_without_a_proof_the_page_says_which_command_makes_one(maria):
    maria.goto("/proof/")
    assert "grilse check performance" in maria.inner_text(".empty")


def test_a_proof_is_told_query_by_query_and_drawn_plan_by_plan(maria, proofs):
    proofs(0)
    maria.goto("/proof/")
    assert maria.locator(".proofs tbody tr").count() == len(QUERIES)
    maria.fill("#q", "persons")
    maria.wait_for_function("() => document.querySelectorAll('.proofs tbody tr').length === 1")
    maria.click("text=list.persons.first")
    maria.wait_for_selector(".plan .step")
    step = maria.locator(".plan .step", has_text="people_person").first
    assert "planned" in step.inner_text()
    assert step.locator("rect.own").count() == 1
    assert "takes a second proof" in maria.inner_text("main")


def test_a_second_proof_draws_the_figure_over_time(maria, proofs):
    proofs(0)
    proofs(1)
    maria.goto("/proof/list.areas.first/")
    maria.wait_for_selector("figure.lines canvas")
    assert "2 proofs kept" in maria.inner_text("main")


@pytest.mark.parametrize("address", ["/proof/", "/proof/list.persons.first/"])
def test_a_page_fits_a_phone(browser, served, cookies, proofs, address):
    proofs(0)
    with opened(browser, served, cookies("maria"), viewport=PHONE) as page:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert fits(page)


def test_who_may_not_see_it_does_not(browser, served, cookies):
    with opened(browser, served, cookies("ola")) as ola:
        assert ola.request.get("/proof/").status == 403
