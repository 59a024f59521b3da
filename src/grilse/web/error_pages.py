"""Pages of errors: with the navigation of the login, and a reference number that the log has too."""

import logging
import secrets
import sys
from contextlib import suppress
from http import HTTPStatus

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from grilse.access.requests import get_request_context, request_transaction
from grilse.api.problems import RETRY_SECONDS, UNAVAILABLE
from grilse.errors import NotAllowed
from grilse.languages import Label

logger = logging.getLogger(__name__)

FRAME_PERMISSIONS = ("farm.read",)
"""Every role has them."""
TITLES = {403: _("No access"), 404: _("Not found"), 500: _("Something went wrong"), 503: _("Service unavailable")}
TEXTS = {
    403: _("You may not see this page."),
    404: _("There is nothing at this address."),
    500: _("The page could not be made; nothing was changed."),
    503: _(
        "The database did not complete the request. Reload the page in a moment. If you sent a form, check whether"
        " your entry is stored before you send it again."
    ),
}
REFUSED_TITLE = _("Refused")
STALE_FORM_TITLE = _("Try again")
STALE_FORM_TEXT = _("This form was opened too long ago, or cookies are off. Nothing was changed.")
UNROUTED = "Resolver404"
"""What Django gives as the text of an address that no route has: the name of a class."""


def render_error(request: HttpRequest, status: int, text: Label = "", title: Label = "") -> HttpResponse:
    """Return the page of an error; log it under the reference number that the page shows."""
    reference = secrets.token_hex(4).upper()
    is_fault = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    logger.log(
        logging.ERROR if is_fault else logging.WARNING,
        "reference %s: %s %s answered %s", reference, request.method, request.path, status,
        exc_info=is_fault,
    )  # fmt: skip
    if status != HTTPStatus.SERVICE_UNAVAILABLE:
        _find_navigation(request)
    context = {
        "status": status,
        "title": title or TITLES.get(status, REFUSED_TITLE),
        "text": text or TEXTS.get(status, ""),
        "reference": reference,
        # The page must not need the database, whose failure it may report.
        "user": getattr(request, "_cached_user", None),
        "messages": (),
        "companies": (),
        "records_until": None,
    }
    return render(request, "error.html", context, status=status)


def report_denial(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that lacks a permission."""
    return render_error(request, HTTPStatus.FORBIDDEN, f"{exception}")


def report_missing_page(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request for what does not exist."""
    text = exception.args[0] if exception.args else ""
    return render_error(request, HTTPStatus.NOT_FOUND, text if isinstance(text, str) and text != UNROUTED else "")


def report_stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without a valid token."""
    return render_error(request, HTTPStatus.FORBIDDEN, STALE_FORM_TEXT, STALE_FORM_TITLE)


def report_unexpected_error(request: HttpRequest) -> HttpResponse:
    """Answer an exception: 503 if the database failed, else 500."""
    if not isinstance(sys.exception(), UNAVAILABLE):
        return render_error(request, HTTPStatus.INTERNAL_SERVER_ERROR)
    response = render_error(request, HTTPStatus.SERVICE_UNAVAILABLE)
    response["Retry-After"] = RETRY_SECONDS
    return response


def _find_navigation(request: HttpRequest) -> None:
    """Find the roles of the login, which the navigation shows, if the request failed before; one statement."""
    if get_request_context(request) is None and hasattr(request, "user"):
        with suppress(NotAllowed, DatabaseError, InterfaceError), request_transaction(request, FRAME_PERMISSIONS):
            pass
