"""Every request of a login acts for one company; nothing else of the database is in reach."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django_htmx.http import HttpResponseClientRedirect

from grilse.farm.queries import company_of
from grilse.farm.tenancy import acting_for

Answer = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponseBase]

# uPlot and htmx place elements by the style object of the page, which this policy allows.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


COMPANY = "_company_id"


def company_in(request: HttpRequest) -> int | None:
    """Return the company that a request acts for."""
    return getattr(request, COMPANY, None)


class ContentSecurityPolicy:
    """Lets pages load from this server only."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the policy in the header."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response


class ActingForCompany:
    """Runs the request of a login in a transaction that sees its company's rows and no other's."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; an answer that reports an error writes nothing."""
        user_id = request.user.pk
        company_id = None if user_id is None else company_of(user_id)
        setattr(request, COMPANY, company_id)
        if company_id is None:
            return self.get_response(request)
        with acting_for(company_id, user_id):
            response = self.get_response(request)
            if response.status_code >= 400:
                transaction.set_rollback(True)
        return response

    def process_view(self, request: HttpRequest, view: View, *_: object) -> None:
        """Refuse a login without a company every page that needs a login."""
        needs_login = getattr(view, "login_required", True)
        if needs_login and request.user.is_authenticated and company_in(request) is None:
            raise PermissionDenied("This login does not belong to a company.")


class LoginRequired(LoginRequiredMiddleware):
    """Sends whoever is not logged in to the login page; a program gets 401 instead."""

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Refuse in the form that the asker understands; None lets the request through."""
        answer = super().process_view(request, view, args, kwargs)
        if answer is not None and request.path.startswith("/api/"):
            return JsonResponse({"detail": "Log in first."}, status=401)
        if answer is not None and "HX-Request" in request.headers:
            # A fragment must not be replaced by a login page.
            return HttpResponseClientRedirect(answer["Location"])
        return answer
