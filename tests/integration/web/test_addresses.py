"""Parameters in the addresses of pages: unknown, repeated and wrong ones are refused by name, on every page."""

import pytest
from django.urls import reverse
from tests.integration.web.test_pages_matrix import ARGUMENTS, PAGES

from grilse.web.forms import parse_day, parse_number, parse_text
from grilse.web.pages import QUERY_ATTRIBUTE
from grilse.web.urls import urlpatterns

QUERIES = {
    pattern.name: getattr(pattern.callback, QUERY_ATTRIBUTE)
    for pattern in urlpatterns
    if getattr(pattern, "name", "") in PAGES
}
PARAMETERS = [(page, name) for page, query in QUERIES.items() for name in query]
WRONG_TEXTS = {
    parse_number: ("0", "5.0", "+5", "1_000", "٥", "five", "-1", "9" * 19),
    parse_day: ("46346", "20260501", "2026-13-01", "2026-W18-5", "32.05.2026", "1 Maj 2026", "tomorrow"),
    parse_text: ("\0",),
}
FORMS_WITHOUT_FIELDS = (
    "journal-remove", "journal-restore", "sample-include", "finding-withdraw", "finding-reassign", "finding-ticket",
)  # fmt: skip


@pytest.fixture
def browser(login, growing_company):
    return login(growing_company)


def request_page(browser, page: str, /, **parameters):
    """Return the answer of a page: of one that only changes something to an empty form."""
    address = reverse(page, args=ARGUMENTS.get(page, []))
    answer = browser.get(address, parameters)
    return browser.post(address, query_params=parameters) if answer.status_code == 405 else answer


def assert_refused(answer, message: str) -> None:
    assert answer.status_code == 400
    assert message in answer.content.decode()


@pytest.mark.parametrize("page", QUERIES)
def test_a_page_refuses_a_parameter_that_it_does_not_have(browser, page):
    answer = request_page(browser, page, prio="urgent")

    known = ", ".join(QUERIES[page])
    assert_refused(answer, f"there is no parameter prio: there {f'are {known}' if known else 'is none here'}")


@pytest.mark.parametrize(("page", "name"), PARAMETERS)
def test_a_page_refuses_what_is_no_value_of_a_parameter(browser, page, name):
    accepted = QUERIES[page][name]
    for text in WRONG_TEXTS[accepted] if callable(accepted) else ("no such word", "0"):
        assert_refused(request_page(browser, page, **{name: text}), name)
    assert_refused(request_page(browser, page, **{name: ["", ""]}), f"{name} is there twice")


@pytest.mark.parametrize("page", FORMS_WITHOUT_FIELDS)
def test_a_form_without_fields_refuses_a_field(browser, page):
    answer = browser.post(reverse(page, args=ARGUMENTS[page]), {"reason": "none"})

    assert_refused(answer, "there is no field reason: there is none here")


def test_a_file_that_no_form_has_is_refused(browser):
    from io import BytesIO

    answer = browser.post("/helpdesk/new/ask/", {"title": "Torn net", "photo": BytesIO(b"JPEG")})

    assert_refused(answer, "there is no file photo: there is none here")


def test_a_journey_is_neither_confirmed_nor_rejected_by_another_word(browser):
    fields = {"journey": "1", "reason": "checked"}
    for wrong, message in (({"decision": "maybe"}, "there is no decision maybe"), ({}, "decision is missing")):
        answer = browser.post("/people/conveyance/review/", fields | wrong)
        assert answer.status_code == 422
        assert message in answer.content.decode()


@pytest.mark.parametrize("query", ["active__exact=maybe", "p=two"])
def test_a_list_of_the_back_office_says_that_it_does_not_have_a_filter(browser, query):
    content = browser.get(f"/admin/people/person/?{query}", follow=True).content.decode()

    assert "does not have a filter or page of that address" in content
    assert browser.get("/admin/people/person/?no_such=1").status_code == 400
