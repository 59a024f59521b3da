"""Search across batches, sites, containers, persons, tickets and lots of what the login may see."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from grilse.farm.lists import CONTAINERS
from grilse.feeding.lists import FEED_LOTS
from grilse.helpdesk.lists import TICKETS
from grilse.listing.listing import Listing, read_page
from grilse.people.directory import MAX_TEXT_LENGTH, search_persons
from grilse.stock.lists import BATCHES, HARVEST_GRADES
from grilse.web.forms import parse_text
from grilse.web.pages import get_text, page, render_part
from grilse.web.scope import list_sites
from grilse.web.words import translate_word

MATCHES = 6
"""Matches of each kind."""
TICKET_NUMBER = re.compile(r"#?([1-9][0-9]{0,8})")


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchMatch:
    """What a search finds."""

    title: str
    note: str
    address: str


@page(
    "stock.read", "farm.read", "people.read", "helpdesk.read", "feeding.read",
    in_company_time=False, query={"q": parse_text},
)  # fmt: skip
def show_matches(request: HttpRequest) -> HttpResponse:
    """Show what matches a text, by kind; a fragment for the field in the bar."""
    text = get_text(request, "q")[:MAX_TEXT_LENGTH]
    groups = [(title, matches) for title, matches in _search(text) if matches] if text else []
    return render_part(request, "search/_matches.html", "search/page.html", {"q": text, "groups": groups})


def _search(text: str) -> Iterator[tuple[str, list[SearchMatch]]]:
    """Yield the matches of each kind; eight statements."""
    yield (
        gettext("Batches"),
        [
            SearchMatch(title=number, note=f"{translate_word(status)}", address=reverse("batch", args=[number]))
            for number, status in _read(BATCHES, {"text": text}, "number", "status")
        ],
    )
    yield (
        gettext("Sites"),
        [
            SearchMatch(title=site.name, note=site.geography, address=_list_batches_at(site.name))
            for site in list_sites()
            if text.casefold() in site.name.casefold()
        ][:MATCHES],
    )
    yield (
        gettext("Containers"),
        [
            SearchMatch(title=name, note=hall or area, address=_list_batches_at(hall or area))
            for name, hall, area in _read(CONTAINERS, {"text": text}, "name", "hall", "area")
        ],
    )
    yield (
        gettext("Persons"),
        [
            SearchMatch(title=person.name, note=person.title, address=reverse("person", args=[person.id]))
            for person in search_persons(text, limit=MATCHES).persons
        ],
    )
    number = TICKET_NUMBER.fullmatch(text)
    yield (
        gettext("Tickets"),
        [
            SearchMatch(
                title=f"#{number} {title}", note=f"{translate_word(status)}", address=reverse("ticket", args=[number])
            )
            for number, title, status in _read(
                TICKETS, {"number": int(number[1])} if number else {"text": text}, "number", "title", "status"
            )
        ],
    )
    yield gettext("Lots"), [*_find_harvest_lots(text), *_find_feed_lots(text)]


def _find_harvest_lots(lot: str) -> list[SearchMatch]:
    harvests = dict.fromkeys(_read(HARVEST_GRADES, {"lot": lot}, "batch", "placement_id", "date"))
    return [
        SearchMatch(
            title=lot,
            note=gettext("harvested from %(batch)s") % {"batch": batch},
            address=f"{reverse('batch', args=[batch])}?{urlencode({'placement': placement, 'date': day})}",
        )
        for batch, placement, day in harvests
    ]


def _find_feed_lots(number: str) -> list[SearchMatch]:
    return [
        SearchMatch(title=number, note=f"{feed}, {site}", address=reverse("admin:feeding_feedlot_change", args=[id]))
        for id, feed, site in _read(FEED_LOTS, {"number": number}, "id", "feed", "site")
    ]


def _list_batches_at(site: str) -> str:
    return f"{reverse('batches')}?{urlencode({'q': site})}"


def _read(listing: Listing, filters: dict[str, Any], *fields: str) -> list[tuple[Any, ...]]:
    return read_page(listing, filters, fields, limit=MATCHES).rows
