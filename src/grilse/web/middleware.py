"""Rules of every request: where pages load from, who must log in, and how errors are answered."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django_htmx.http import HttpResponseClientRedirect

from grilse.access.requests import PERMISSION_ATTRIBUTE
from grilse.api.problems import DATABASE_LOST_MESSAGE, PROBLEM_CONTENT_TYPE, build_problem_response
from grilse.errors import GrilseError
from grilse.web.error_pages import report_missing_page

GetResponse = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponseBase]

# uPlot and htmx place elements by the style object of the page, which this policy allows.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class ContentSecurityPolicyMiddleware:
    """Lets pages load only from this server."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the policy in the header."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response


class CompressionMiddleware(GZipMiddleware):
    """Compresses responses, except files: these keep their length, which shows a client that one is cut off."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress a response if its client accepts that."""
        return response if isinstance(response, FileResponse) else super().process_response(request, response)


class OriginCsrfMiddleware(CsrfViewMiddleware):
    """Lets the login form in by its origin alone, when there is no session that another site could use.

    A browser states the origin, which Django compares with the address of this server before it looks for the token.
    So a login needs no cookie that may have expired, or that a client on a line without TLS does not send back.
    """

    def _check_token(self, request: HttpRequest) -> None:
        if "HTTP_ORIGIN" not in request.META or settings.SESSION_COOKIE_NAME in request.COOKIES:
            super()._check_token(request)  # type: ignore[misc]  # the stubs of Django leave it out


class LanguageMiddleware(LocaleMiddleware):
    """Answers in the language that the login has chosen, else in the one that the browser asks for."""

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language of the request."""
        if request.path.startswith(IN_ENGLISH):
            translation.activate("en")
            request.LANGUAGE_CODE = "en"
        else:
            super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Name the language of a page in its headers."""
        return response if request.path.startswith(IN_ENGLISH) else super().process_response(request, response)


class LoginOrRedirectMiddleware(LoginRequiredMiddleware):
    """Redirects requests without a login to the login page; the API refuses them itself."""

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Refuse a request without a login in the form that the client understands; None lets it through."""
        if request.path.startswith(API_PREFIX) or getattr(view, PERMISSION_ATTRIBUTE, None) == ():
            return None
        answer = super().process_view(request, view, args, kwargs)
        if answer is not None and "HX-Request" in request.headers:
            # A fragment must not be replaced by a login page.
            return HttpResponseClientRedirect(answer["Location"])
        return answer

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 404 where a page asks for something that does not exist; its forms show other refusals themselves."""
        view = request.resolver_match.func if request.resolver_match else None
        is_page = getattr(view, "__module__", "").startswith("grilse.web.")
        return report_missing_page(request, exception) if is_page and isinstance(exception, GrilseError) else None


class ApiProblemMiddleware:
    """Answers API requests that no route answered, such as a wrong address or method, with a problem document."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        response = self.get_response(request)
        if not request.path.startswith(API_PREFIX) or response.status_code < 400:
            return response
        if response.headers.get("Content-Type", "").startswith(PROBLEM_CONTENT_TYPE):
            return response
        headers = {name: response[name] for name in ("Allow", "Retry-After") if name in response}
        return build_problem_response(
            response.status_code, UNROUTED_MESSAGES.get(response.status_code, "nothing was changed"), **headers
        )


API_PREFIX = "/api/"
IN_ENGLISH = (API_PREFIX, "/admin/")
"""Addresses whose texts are in English only: the API and the back office."""
UNROUTED_MESSAGES = {
    404: "there is nothing at this address: /api/v1/openapi.json lists what there is",
    405: "this address does not take that method: the header Allow lists those that it takes",
    503: DATABASE_LOST_MESSAGE,
}
