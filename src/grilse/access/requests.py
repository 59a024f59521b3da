"""Requests of all interfaces: their principal, the permissions that a route declares, and their transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, URLResolver

from grilse.access.permissions import load_permissions
from grilse.access.principal import Principal, RequestContext, principal_of_key
from grilse.errors import NotAllowed

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

PERMISSION_ATTRIBUTE = "needs"
CONTEXT_ATTRIBUTE = "_entered"
COMPANY_HEADER = "Grilse-Company"
COMPANY_SESSION_KEY = "company"
"""The company that the login has chosen in its session."""
USER_HEADER = "Grilse-User"


def check_permission_names(*names: str) -> tuple[str, ...]:
    """Return permissions; refuse names that the matrix does not have."""
    for name in names:
        if name not in load_permissions():
            raise ImproperlyConfigured(f"{name} is no permission: see access/permissions.toml")
    if not names:
        raise ImproperlyConfigured("a route states the permissions that it needs")
    return names


def permission_required(*names: str) -> Callable[[View], View]:
    """Show a page to logins with permissions, in a transaction that is limited to what they may see."""
    needed = check_permission_names(*names)

    def decorate_view(view: View) -> View:
        @wraps(view)
        def within(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                with request_transaction(request, needed):
                    return rollback_on_error(view(request, *args, **kwargs))
            except NotAllowed as error:
                raise PermissionDenied(str(error)) from error

        setattr(within, PERMISSION_ATTRIBUTE, needed)
        return within  # type: ignore[return-value]

    return decorate_view


def public_view(view: View) -> View:
    """Declare that a route shows everybody the same, and no rows of a company."""
    setattr(view, PERMISSION_ATTRIBUTE, ())
    return view


def personal_view(view: View) -> View:
    """Declare that a route shows a login its own data, whatever its roles, and no rows of a company."""
    setattr(view, PERMISSION_ATTRIBUTE, None)
    return view


@contextmanager
def request_transaction(request: HttpRequest, needed: tuple[str, ...]) -> Iterator[RequestContext]:
    """Open the transaction of a request; one statement."""
    with require_principal(request).open_transaction(needed) as context:
        setattr(request, CONTEXT_ATTRIBUTE, context)
        yield context


def get_request_context(request: HttpRequest) -> RequestContext | None:
    """Return the company, roles and geographies of a request's transaction."""
    return getattr(request, CONTEXT_ATTRIBUTE, None)


def rollback_on_error(response: HttpResponseBase) -> HttpResponseBase:
    """Render a response within its transaction, and roll back if it reports an error."""
    if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
        response.render()
    if response.status_code >= 400:
        transaction.set_rollback(True)
    return response


def require_principal(request: HttpRequest) -> Principal:
    """Return the principal of a request; refuse a request without one."""
    principal = find_principal(request)
    if principal is None:
        raise NotAllowed("log in first")
    return principal


def find_principal(request: HttpRequest) -> Principal | None:
    """Return the holder of the API key, else the login of the session, else None; one statement, two for a session."""
    principal: Principal | None = getattr(request, "principal", None)
    if principal is None:
        principal = (
            _find_key_principal(request) if "Authorization" in request.headers else _find_session_principal(request)
        )
        setattr(request, "principal", principal)  # noqa: B010 - Django's requests accept further attributes
    return principal


def _find_key_principal(request: HttpRequest) -> Principal | None:
    scheme, _, key = request.headers["Authorization"].partition(" ")
    return principal_of_key(key.strip()) if scheme.lower() == "bearer" else None


def _find_session_principal(request: HttpRequest) -> Principal | None:
    user = request.user.pk
    if user is None or not request.user.is_active:
        return None
    # A page that was opened before another login sends nothing in the name of that login.
    if request.headers.get(USER_HEADER, str(user)) != str(user):
        return None
    company = _parse_company_id(request.headers.get(COMPANY_HEADER))
    return Principal(user=user, company=company, preferred_company=request.session.get(COMPANY_SESSION_KEY))


def _parse_company_id(company: str | None) -> int | None:
    """Return the company that a header names; None is the first company of the login."""
    if company is not None and not (company.isascii() and company.isdigit() and len(company) < 19):
        raise NotAllowed(f"{COMPANY_HEADER} is the id of a company, as /me tells it: a number")
    return None if company is None else int(company)


def refuse_undeclared_views(patterns: list[URLPattern | URLResolver], prefix: str = "") -> None:
    """Refuse routes that declare no permissions, before the first request is served."""
    for pattern in patterns:
        address = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            # Operations of the API declare their permissions themselves.
            if pattern.app_name != "ninja":
                refuse_undeclared_views(pattern.url_patterns, address)
        elif not hasattr(pattern.callback, PERMISSION_ATTRIBUTE):
            raise ImproperlyConfigured(
                f"the route {address!r} does not say what it needs: add permission_required(...) or public_view"
            )
