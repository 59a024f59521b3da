"""The geography or site that a login has chosen to look at, kept in its session."""

from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from grilse.access.requests import get_request_context
from grilse.errors import GrilseError
from grilse.farm.lists import AREAS, GEOGRAPHIES, STATIONS
from grilse.listing.listing import read_page
from grilse.web.forms import FORM_ERROR_STATUS, AcceptedValues, check_fields, parse_text
from grilse.web.pages import POST, page, render_part

SESSION_KEY = "scope"
MAX_PLACES = 1000
GEOGRAPHY, AREA, STATION = "geography", "area", "station"
CHOICE_FIELDS: AcceptedValues = {"place": parse_text, "next": parse_text}


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """A geography, or a site of one; without either the whole company."""

    geography: int | None = None
    area: int | None = None
    """The chosen sea site."""
    station: int | None = None
    """The chosen freshwater site."""
    name: str = ""
    """The name of the site, else of the geography."""

    @property
    def key(self) -> str:
        """The value of its choice."""
        chosen = ((AREA, self.area), (STATION, self.station), (GEOGRAPHY, self.geography))
        return next((build_key(kind, id) for kind, id in chosen if id is not None), "")


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceChoice:
    """A geography or site to choose."""

    key: str
    name: str
    scope: Scope


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteRow:
    """A sea or freshwater site."""

    kind: str
    id: int
    name: str
    geography: str

    @property
    def key(self) -> str:
        """Its value in a form."""
        return build_key(self.kind, self.id)


def build_key(kind: str, id: int) -> str:
    """Return the value of a place in a form."""
    return f"{kind}-{id}"


def read_scope(request: HttpRequest) -> Scope:
    """Return what the login has chosen in the company of the request; runs no statement."""
    context = get_request_context(request)
    stored = request.session.get(SESSION_KEY) if context else None
    if context is None or not stored or stored["company"] != context.company:
        return Scope()
    return Scope(**stored["scope"])


def list_sites() -> list[SiteRow]:
    """Return the sites by geography and name; two statements."""
    rows = [
        SiteRow(kind=kind, id=id, name=name, geography=geography)
        for kind, listing in ((AREA, AREAS), (STATION, STATIONS))
        for id, name, geography in read_page(listing, fields=("id", "name", "geography"), limit=MAX_PLACES).rows
    ]
    return sorted(rows, key=lambda site: (site.geography, site.name))


@page("farm.read", in_company_time=False, query={"next": parse_text})
def show_scope_choices(request: HttpRequest) -> HttpResponse:
    """Show the geographies with their sites, to choose from; a fragment for the bar."""
    groups = [(geography, list(places)) for geography, places in groupby(_list_choices(), lambda row: row[0])]
    context = {"groups": groups, "next": request.GET.get("next", "")}
    return render_part(request, "scope/_choices.html", "scope/choices.html", context)


@page("farm.read", methods=POST, in_company_time=False)
def choose_scope(request: HttpRequest) -> HttpResponse:
    """Keep the choice, and return to the page that it was made on."""
    context = get_request_context(request)
    try:
        check_fields(request.POST, CHOICE_FIELDS)
        chosen = _find_choice(request.POST.get("place", ""))
    except GrilseError as error:
        return HttpResponse(f"{error}", status=FORM_ERROR_STATUS, content_type="text/plain; charset=utf-8")
    request.session[SESSION_KEY] = {"company": context and context.company, "scope": asdict(chosen)}
    return redirect_back(request)


def redirect_back(request: HttpRequest) -> HttpResponse:
    """Redirect to the page that a form was sent from, without the parameters of its address; else to the first."""
    address = request.POST.get("next", "").partition("?")[0]
    here = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return redirect(address if here and address else "home")


def _find_choice(key: str) -> Scope:
    if not key:
        return Scope()
    for _, choice in _list_choices():
        if choice.key == key:
            return choice.scope
    raise GrilseError(f"there is no place {key}: choose one of the list", field="place")


def _list_choices() -> list[tuple[str, PlaceChoice]]:
    """Return each geography and then its sites, with the name of the geography; three statements."""
    ids: dict[str, Any] = dict(read_page(GEOGRAPHIES, fields=("name", "id"), limit=MAX_PLACES).rows)
    scopes = {name: Scope(geography=id, name=name) for name, id in ids.items()}
    choices = [
        (name, PlaceChoice(key=scope.key, name=gettext("All of %(name)s") % {"name": name}, scope=scope))
        for name, scope in scopes.items()
    ]
    for site in list_sites():
        scope = Scope(geography=ids.get(site.geography), name=site.name, **{site.kind: site.id})
        choices.append((site.geography, PlaceChoice(key=site.key, name=site.name, scope=scope)))
    return sorted(choices, key=lambda choice: choice[0])
