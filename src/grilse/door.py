"""What the doors share: who stands there, what a route states, and the transaction that it runs in."""

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

from grilse.errors import NotAllowed
from grilse.farm.permissions import permissions
from grilse.farm.principal import Entered, Principal, principal_of_key

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

STATED = "needs"
ENTERED = "_entered"
COMPANY_HEADER = "Grilse-Company"


def needing(*names: str) -> tuple[str, ...]:
    """Return permissions, refusing names that the matrix does not have."""
    for name in names:
        if name not in permissions():
            raise ImproperlyConfigured(f"{name} is no permission: see farm/permissions.toml")
    if not names:
        raise ImproperlyConfigured("a route states the permissions that it needs")
    return names


def may(*names: str) -> Callable[[View], View]:
    """Let a page be seen by logins that have permissions, in a transaction that shows them what they may."""
    needed = needing(*names)

    def stated(view: View) -> View:
        @wraps(view)
        def within(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                with entered(request, needed):
                    return whole(view(request, *args, **kwargs))
            except NotAllowed as error:
                raise PermissionDenied(str(error)) from error

        setattr(within, STATED, needed)
        return within  # type: ignore[return-value]

    return stated


def public(view: View) -> View:
    """State that a route shows nothing of any company, to anybody."""
    setattr(view, STATED, ())
    return view


def personal(view: View) -> View:
    """State that a route shows a login what is its own, whatever its roles, and no company's rows."""
    setattr(view, STATED, None)
    return view


@contextmanager
def entered(request: HttpRequest, needed: tuple[str, ...]) -> Iterator[Entered]:
    """Open the transaction of a request; one statement."""
    with identified(request).entered(needed) as found:
        setattr(request, ENTERED, found)
        yield found


def entered_in(request: HttpRequest) -> Entered | None:
    """Return what the transaction of a request acts for."""
    return getattr(request, ENTERED, None)


def whole(response: HttpResponseBase) -> HttpResponseBase:
    """Return an answer that reads nothing after its transaction; one that reports an error writes nothing."""
    if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
        response.render()
    if response.status_code >= 400:
        transaction.set_rollback(True)
    return response


def identified(request: HttpRequest) -> Principal:
    """Return who asks: the holder of the key in the header, else the login of the session."""
    principal = asking(request)
    if principal is None:
        raise NotAllowed("log in first")
    return principal


def asking(request: HttpRequest) -> Principal | None:
    """Return who asks, None for nobody; one statement for a key, two for a session."""
    kept: Principal | None = getattr(request, "principal", None)
    if kept is None:
        kept = _of_key(request) if "Authorization" in request.headers else _of_session(request)
        setattr(request, "principal", kept)  # noqa: B010 - requests take what a door writes on them
    return kept


def _of_key(request: HttpRequest) -> Principal | None:
    scheme, _, key = request.headers["Authorization"].partition(" ")
    return principal_of_key(key.strip()) if scheme.lower() == "bearer" else None


def _of_session(request: HttpRequest) -> Principal | None:
    user = request.user.pk
    if user is None or not request.user.is_active:
        return None
    return Principal(user=user, company=_wanted(request.headers.get(COMPANY_HEADER)))


def _wanted(company: str | None) -> int | None:
    """Return the company that a login of several asks for; None is its first."""
    if company is not None and not (company.isascii() and company.isdigit() and len(company) < 19):
        raise NotAllowed(f"{COMPANY_HEADER} is the id of a company, as /me tells it: a number")
    return None if company is None else int(company)


def refuse_unstated(patterns: list[URLPattern | URLResolver], prefix: str = "") -> None:
    """Refuse routes that do not say what they need, before anything is served."""
    for pattern in patterns:
        address = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            # The API states what it needs by operation, and is asked for it by itself.
            if pattern.app_name != "ninja":
                refuse_unstated(pattern.url_patterns, address)
        elif not hasattr(pattern.callback, STATED):
            raise ImproperlyConfigured(
                f"the route {address!r} does not say what it needs: state it with may(...) or public"
            )
