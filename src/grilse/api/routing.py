"""Routes of the API: each states what it needs, and runs in a transaction of whoever asks."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import NinjaAPI, Router
from ninja.operation import Operation
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf, contribute_operation_callback

from grilse.access.principal import Principal
from grilse.access.requests import (
    PERMISSION_ATTRIBUTE,
    check_permission_names,
    find_principal,
    request_transaction,
    rollback_on_error,
)
from grilse.api.idempotency import run_idempotent
from grilse.api.problems import PROBLEM_RESPONSES, CsrfError, UnauthenticatedError
from grilse.errors import GrilseError

RequiredPermissions = str | tuple[str, ...]
RunOperation = Callable[..., HttpResponseBase]
# What a route's function returns, ninja turns into an answer.
View = Callable[..., Any]


class BearerKey(HttpBearer):
    """`Authorization: Bearer grilse_…`, as `grilse key add` shows it once."""

    def authenticate(self, request: HttpRequest, token: str) -> Principal | None:
        """Return who was found before the route was entered."""
        return find_principal(request)


class SessionCookie(APIKeyCookie):
    """The cookie of a login; what it writes carries the token against forgery."""

    param_name = "sessionid"

    def authenticate(self, request: HttpRequest, key: str | None) -> Principal | None:
        """Return who was found before the route was entered."""
        return find_principal(request)


# Who asks is found, and let in or not, around the route; these two say so in the schema.
AUTH_METHODS = [BearerKey(), SessionCookie(csrf=False)]


class PermissionRouter(Router):
    """Routes of one room; a route without a permission cannot be written."""

    def declare_route(
        self, method: str, path: str, permission: RequiredPermissions, **declared: Any
    ) -> Callable[[View], View]:
        """Declare a route that needs a permission, or several."""
        needed = check_permission_names(*((permission,) if isinstance(permission, str) else permission))
        answers = declared.pop("response", None)
        declared["response"] = {**PROBLEM_RESPONSES, **(answers if isinstance(answers, dict) else {200: answers})}
        declared.setdefault("auth", AUTH_METHODS)
        extra = declared.setdefault("openapi_extra", {})
        extra["x-needs"] = list(needed)

        def written(view: View) -> View:
            setattr(view, PERMISSION_ATTRIBUTE, needed)
            contribute_operation_callback(view, _wrap_operation)
            self.api_operation([method], path, **declared)(view)
            return view

        return written

    def get(self, path: str, *, permission: RequiredPermissions, **declared: Any) -> Callable[[View], View]:  # type: ignore[override]
        """Declare a route that reads."""
        return self.declare_route("GET", path, permission, **declared)

    def post(self, path: str, *, permission: RequiredPermissions, **declared: Any) -> Callable[[View], View]:  # type: ignore[override]
        """Declare a route that adds."""
        return self.declare_route("POST", path, permission, **declared)

    def put(self, path: str, *, permission: RequiredPermissions, **declared: Any) -> Callable[[View], View]:  # type: ignore[override]
        """Declare a route that corrects."""
        return self.declare_route("PUT", path, permission, **declared)

    def delete(self, path: str, *, permission: RequiredPermissions, **declared: Any) -> Callable[[View], View]:  # type: ignore[override]
        """Declare a route that withdraws."""
        return self.declare_route("DELETE", path, permission, **declared)


def _wrap_operation(operation: Operation) -> None:
    """Have an operation run for whoever asks; ninja wraps copies of it the same way."""
    operation.run = run_in_transaction(operation.run)  # type: ignore[method-assign]
    operation._run_decorators = [run_in_transaction]  # type: ignore[attr-defined]


def run_in_transaction(run: RunOperation) -> RunOperation:
    """Run an operation in the transaction of whoever asks, refusing first whom it is not for."""
    operation: Operation = run.__self__  # type: ignore[attr-defined]

    @wraps(run)
    def within(request: HttpRequest, **kw: Any) -> HttpResponseBase:
        try:
            _refuse_unauthenticated(request)
            with request_transaction(request, getattr(operation.view_func, PERMISSION_ATTRIBUTE)) as context:
                return rollback_on_error(run_idempotent(request, context, lambda: run(request, **kw)))
        except Exception as error:
            return operation.api.on_exception(request, error)

    return within


def _refuse_unauthenticated(request: HttpRequest) -> None:
    if find_principal(request) is None:
        raise UnauthenticatedError
    if "Authorization" not in request.headers and check_csrf(request):
        raise CsrfError
    if any("\x00" in text for texts in request.GET.lists() for text in (texts[0], *texts[1])):
        raise GrilseError("the address holds a NUL, which no name has")


def refuse_undeclared_operations(api: NinjaAPI) -> None:
    """Refuse operations that do not say what they need, before anything is served."""
    for room in api._get_bound_routers():
        for path, view in room.path_operations.items():
            for operation in view.operations:
                if not getattr(operation.view_func, PERMISSION_ATTRIBUTE, ()):
                    raise ImproperlyConfigured(
                        f"the route {path!r} does not say what it needs: declare it on a PermissionRouter"
                        f" with permission=…"
                    )
