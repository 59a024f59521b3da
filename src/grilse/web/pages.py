"""What the views share: their time zone, fragments and query parameters."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from grilse.access.requests import permission_required
from grilse.errors import GrilseError, describe_unknown_name
from grilse.people.company_time import View, show_company_time
from grilse.web.forms import PARAMETER, AcceptedValues, parse_day, parse_number, refuse_unknown_fields

REFUSED_STATUS, QUERY_ATTRIBUTE = 400, "query"
FORM_PAGE_ARGUMENTS = {"number"}
"""Parts of an address that the page of its form has too."""
SAFE, POST, FORM = ("GET", "HEAD"), ("POST",), ("GET", "HEAD", "POST")


def page(
    *permissions: str,
    methods: Sequence[str] = SAFE,
    in_company_time: bool = True,
    query: AcceptedValues | None = None,
    has_fields: bool = True,
    files: Collection[str] = (),
    form_page: str = "",
) -> Callable[[View], View]:
    """Show a page to logins that have permissions, in the company's time zone (one statement).

    Parameters that are not in `query` are refused, and files that are not in `files`; the fields of a form are checked
    by the form, and refused by a page that has none. An address that only takes a form shows the form again where it is
    refused: if that page is loaded anew, it leads to `form_page`.
    """

    def decorate_view(view: View) -> View:
        shown = show_company_time(view) if in_company_time else view
        checked = _with_checks(shown, query or {}, has_fields, files, form_page)
        allowed_methods = FORM if form_page else methods
        return require_http_methods(allowed_methods)(permission_required(*permissions)(checked))

    return decorate_view


def _with_checks(view: View, query: AcceptedValues, has_fields: bool, files: Collection[str], form_page: str) -> View:
    @wraps(view)
    def within(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            refuse_unknown_fields(request.GET, query, kind=PARAMETER)
            if not has_fields:
                refuse_unknown_fields(request.POST, {})
            for name in request.FILES.keys() - {*files}:
                raise GrilseError(describe_unknown_name("file", name, files))
        except GrilseError as error:
            return render(request, "refused.html", {"error": error}, status=REFUSED_STATUS)
        if form_page and request.method in SAFE:
            return redirect(form_page, **{name: kwargs[name] for name in FORM_PAGE_ARGUMENTS & kwargs.keys()})
        return view(request, *args, **kwargs)

    setattr(within, QUERY_ATTRIBUTE, query)
    return within  # type: ignore[return-value]


def is_fragment_requested(request: HttpRequest) -> bool:
    """Tell whether htmx asks for a part of the page."""
    return "HX-Request" in request.headers


def render_part(request: HttpRequest, fragment: str, page: str, context: dict[str, Any]) -> HttpResponse:
    """Render the fragment that htmx asks for, else the page."""
    return render(request, fragment if is_fragment_requested(request) else page, context)


def get_text(request: HttpRequest, name: str) -> str:
    """Return a query parameter, empty where it is missing."""
    return request.GET.get(name, "").strip()


def get_number(request: HttpRequest, name: str) -> int | None:
    """Return a query parameter that is a number, None where it is missing."""
    return parse_number(request.GET.get(name, ""))


def get_day(request: HttpRequest, name: str) -> date | None:
    """Return a query parameter that is a day, None where it is missing."""
    return parse_day(request.GET.get(name, ""))
