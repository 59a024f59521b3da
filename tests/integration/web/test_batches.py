"""The table of batches."""

import re

import pytest

from grilse.access.models import Company
from grilse.growth.queries import ORDERS
from grilse.stock.models import Batch, Species
from grilse.web.batches import COLUMNS


@pytest.fixture(scope="module")
def empty_batches(database):
    """Id of a company with more batches than two pages have."""
    company = Company.objects.using("owner").create(name="Many Salmon").pk
    species = Species.objects.using("owner").get()
    Batch.objects.using("owner").bulk_create(
        Batch(company_id=company, number=f"E-{number:03}", species=species, start_date="2024-01-01")
        for number in range(405)
    )
    return company


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


@pytest.mark.parametrize("sort", ["", "-number", "age", "-plan"])
def test_a_page_has_200_batches_and_no_batch_is_on_two(login, empty_batches, sort):
    def numbers(number: str) -> list[str]:
        text = login(empty_batches).get(f"/batches/?sort={sort}&page={number}").content.decode()
        assert "405 batches" in text
        return re.findall(r'href="/batches/([^"/]+)/"', text)

    pages = [numbers(number) for number in ("1", "2", "3")]

    assert [len(page) for page in pages] == [200, 200, 5]
    every = [f"E-{number:03}" for number in range(405)]
    assert [*pages[0], *pages[1], *pages[2]] == (every[::-1] if sort == "-number" else every)
    assert numbers("999999999999999999") == pages[2]


@pytest.mark.parametrize("words", ["%25", "N_1", "\\"])
def test_a_word_is_no_pattern(page, words):
    assert "No batch matches" in page(f"/batches/?q={words}")


@pytest.mark.parametrize("column", [column.name for column in COLUMNS])
def test_every_column_sorts(page, column):
    def order(sort: str) -> list[str]:
        return re.findall(r'href="/batches/(N-[^"/]+)/"', page(f"/batches/?sort={sort}"))

    assert set(order(column)) == set(order(f"-{column}")) == {"N-1", "N-2", "N-3"}
    assert column == "plan" or column in ORDERS


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
    placements = text.partition('id="placement"')[2].partition("</select>")[0]
    assert placements.count("<option") == 1 + 2 + 3 + 4 + 4 + 5 + 6


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
