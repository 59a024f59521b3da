"""The language of pages: asked for by the browser, chosen by a login, English where there is no other."""

import pytest
from django.test import Client
from django.utils import translation

from grilse.web.templatetags.number_formats import (
    THIN_SPACE,
    format_day,
    format_measure,
    format_thousands,
    format_weight,
)
from grilse.web.templatetags.time_formats import format_duration


@pytest.fixture
def visitor(database):
    return Client(SERVER_NAME="localhost")


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("nb-NO,nb;q=0.9,en;q=0.8", "nb"), ("no", "nb"), ("nn", "nb"), ("fo", "fo"), ("de", "en"), ("en-GB", "en"),
        ("", "en"),
    ],
)  # fmt: skip
def test_a_page_is_in_the_language_that_the_browser_asks_for(visitor, asked, language):
    answer = visitor.get("/login/", headers={"Accept-Language": asked})
    assert f'<html lang="{language}">' in answer.content.decode()
    assert answer.headers["Content-Language"] == language
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_page_in_norwegian_has_norwegian_texts(visitor):
    page = visitor.get("/login/", headers={"Accept-Language": "nb"}).content.decode()
    assert "<h1>Logg inn</h1>" in page
    assert "/grilse/texts/nb.js" in page


def test_a_page_in_faroese_has_english_texts(visitor):
    assert "<h1>Log in</h1>" in visitor.get("/login/", headers={"Accept-Language": "fo"}).content.decode()


def test_a_chosen_language_wins_over_the_browser_s(visitor):
    answer = visitor.post("/language/", {"language": "nb", "next": "/login/"})
    assert answer["Location"] == "/login/"
    assert "<h1>Logg inn</h1>" in visitor.get("/login/", headers={"Accept-Language": "en"}).content.decode()
    visitor.post("/language/", {"language": "en", "next": "/login/"})
    assert "<h1>Log in</h1>" in visitor.get("/login/", headers={"Accept-Language": "nb"}).content.decode()


def test_a_language_is_not_chosen_by_a_link(visitor):
    assert visitor.get("/language/?language=nb").status_code == 405


def test_the_choice_leads_to_no_other_server(visitor):
    answer = visitor.post("/language/", {"language": "nb", "next": "https://example.com/"})
    assert answer["Location"] == "/"


def test_the_api_answers_in_english(visitor):
    answer = visitor.get("/api/v1/batches", headers={"Accept-Language": "nb"})
    assert "Content-Language" not in answer.headers
    assert answer.status_code == 401


def test_figures_and_days_have_the_format_of_the_language():
    from datetime import date, timedelta

    with translation.override("nb"):
        assert format_weight(4873) == f"4,87{THIN_SPACE}kg"
        assert format_measure(0.47) == "0,47"
        assert format_thousands(2276476) == f"2{THIN_SPACE}276{THIN_SPACE}476"
        assert format_day(date(2026, 11, 29)) == "29. nov. 2026"
        assert format_duration(timedelta(hours=3, minutes=20)) == "3 t 20 min"
    with translation.override("fo"):
        assert format_weight(4873) == f"4,87{THIN_SPACE}kg"
        assert format_day(date(2026, 10, 29)) == "29. okt. 2026"
    assert format_day(date(2026, 11, 29)) == "29 Nov 2026"
