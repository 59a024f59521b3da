"""The table of batches."""

import pytest


@pytest.fixture
def page(login, growing_company):
    return lambda address: login(growing_company).get(address).content.decode()


def test_every_batch_stands_with_its_figures(page):
    text = page("/batches/")
    assert "3 batches" in text
    assert "N-1-SEA-11" in text
    assert text.count('class="status active"') == 3


def test_a_batch_without_states_shows_no_figures(page):
    row = page("/batches/?q=N-3").split("<tbody>")[1]
    assert row.count("–") == 5


def test_words_filter_by_number_site_and_stage(page):
    assert "2 batches" not in page("/batches/?q=N-2")
    assert "1 batch<" in page("/batches/?q=N-2+adult")
    assert "No batch matches" in page("/batches/?q=N-2+fry")
    assert "No batch matches" in page("/batches/?status=closed")


def test_a_column_sorts_both_ways_with_unknown_values_last(page):
    def order(text: str) -> list[str]:
        return sorted(("N-1", "N-2", "N-3"), key=lambda number: text.index(f"/batches/{number}/"))

    assert order(page("/batches/?sort=weight")) == ["N-2", "N-1", "N-3"]
    assert order(page("/batches/?sort=-weight")) == ["N-1", "N-2", "N-3"]


def test_a_filter_typed_in_the_page_gets_the_table_alone(login, growing_company):
    answer = login(growing_company).get("/batches/?q=N-1", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in answer
    assert "1 batch<" in answer


def test_a_page_beyond_the_last_shows_the_last(page):
    assert "N-1" in page("/batches/?page=99")


def test_more_batches_take_no_more_statements(login, growing_company, other_company, statements):
    counts = []
    for company in (growing_company, other_company):
        browser = login(company)
        with statements() as count:
            browser.get("/batches/")
        counts.append(count[0])
    assert counts[0] == counts[1]


def test_a_company_without_batches_is_told_how_to_get_some(login, company):
    assert "No batches yet" in login(company).get("/batches/").content.decode()


def test_an_unknown_batch_is_a_friendly_404(login, growing_company):
    answer = login(growing_company).get("/batches/N-99/")
    assert answer.status_code == 404
    assert "There is no batch N-99." in answer.content.decode()
    assert "Northern Salmon" in answer.content.decode()


def test_an_unknown_address_is_a_friendly_404(login, growing_company):
    answer = login(growing_company).get("/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing at this address." in answer.content.decode()


def test_the_growth_page_lists_containers_by_stage(page):
    text = page("/batches/N-1/")
    assert text.count("<optgroup") == 6
    assert text.count("<option") == 1 + 2 + 3 + 4 + 4 + 5 + 6


def test_a_batch_that_was_only_named_has_a_page(login, company, owner):
    owner.execute(
        "INSERT INTO stock_batch (company_id, number, species_id, start_date, status)"
        " SELECT %s, 'odd/number 7', id, '2024-01-01', 'active' FROM stock_species",
        [company],
    )
    owner.commit()
    browser = login(company)
    assert "odd/number 7" in browser.get("/batches/").content.decode()
    page = browser.get("/batches/odd/number%207/")
    assert 'data-source="/api/v1/batches/odd/number%207/growth"' in page.content.decode()
    answer = browser.get("/api/v1/batches/odd/number%207/growth").json()
    assert answer["states"] is answer["plan"] is None
