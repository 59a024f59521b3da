"""What the views share: their time zone, fragments, query parameters, and what every template can use."""

import sys
from collections.abc import Callable, Sequence
from datetime import date
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from django.views.defaults import server_error

from grilse.access.permissions import load_permissions
from grilse.access.requests import get_request_context, permission_required
from grilse.api.problems import RETRY_SECONDS, UNAVAILABLE
from grilse.people.actions.rules import read_work_rules

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


SAFE, POST, FORM = ("GET", "HEAD"), ("POST",), ("GET", "HEAD", "POST")


def page(*permissions: str, methods: Sequence[str] = SAFE, in_company_time: bool = True) -> Callable[[View], View]:
    """Show a page to logins that have permissions, in the company's time zone (one statement)."""

    def decorate_view(view: View) -> View:
        within = permission_required(*permissions)(_in_company_time(view) if in_company_time else view)
        return require_http_methods(methods)(within)

    return decorate_view


def _in_company_time(view: View) -> View:
    @wraps(view)
    def within(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with timezone.override(ZoneInfo(read_work_rules().time_zone)):
            return view(request, *args, **kwargs)

    return within  # type: ignore[return-value]


def report_unexpected_error(request: HttpRequest) -> HttpResponse:
    """Answer an exception with a page that needs no database: 503 if the database failed, else 500."""
    if not isinstance(sys.exception(), UNAVAILABLE):
        return server_error(request)
    response = server_error(request, "503.html")
    response.status_code, response["Retry-After"] = HTTPStatus.SERVICE_UNAVAILABLE, RETRY_SECONDS
    return response


def is_fragment_requested(request: HttpRequest) -> bool:
    """Tell whether htmx asks for a part of the page."""
    return "HX-Request" in request.headers


def render_part(request: HttpRequest, fragment: str, page: str, context: dict[str, Any]) -> HttpResponse:
    """Render the fragment that htmx asks for, else the page."""
    return render(request, fragment if is_fragment_requested(request) else page, context)


def get_text(request: HttpRequest, name: str) -> str:
    """Return a query parameter, empty where it is missing; without NUL, which PostgreSQL refuses."""
    return request.GET.get(name, "").replace("\x00", "\ufffd").strip()


def get_number(request: HttpRequest, name: str) -> int | None:
    """Return a query parameter that is a number, None for anything else."""
    return parse_number(request.GET.get(name, ""))


def parse_number(text: str) -> int | None:
    """Return a number of up to 18 digits, None for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def get_day(request: HttpRequest, name: str) -> date | None:
    """Return a query parameter that is a date, None for anything else."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


def add_company(request: HttpRequest) -> dict[str, object]:
    """Give templates the company that the request acts for, and the permissions of its login."""
    context = get_request_context(request)
    roles = {grant.role for grant in context.held} if context else set()
    return {
        "company": context,
        "allowed": {name for name, permission in load_permissions().items() if roles & permission.roles},
    }
