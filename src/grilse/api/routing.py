"""Routers of the API: each operation declares its permissions and runs in the transaction of its caller."""

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
from grilse.api.problems import PROBLEM_STATUSES, CsrfError, UnauthenticatedError
from grilse.api.request_models import make_strict, refuse_unknown_body, refuse_unknown_parameters
from grilse.errors import GrilseError

RequiredPermissions = str | tuple[str, ...]
RunOperation = Callable[..., HttpResponseBase]
# Ninja converts the return value of a view to a response.
View = Callable[..., Any]


class BearerKey(HttpBearer):
    """An API key in the header `Authorization: Bearer grilse_…`; `grilse key add` issues keys."""

    def authenticate(self, request: HttpRequest, token: str) -> Principal | None:
        """Return the principal of the request."""
        return find_principal(request)


class SessionCookie(APIKeyCookie):
    """The cookie of a logged-in browser; its write requests also need a CSRF token."""

    param_name = "sessionid"

    def authenticate(self, request: HttpRequest, key: str | None) -> Principal | None:
        """Return the principal of the request."""
        return find_principal(request)


# For the OpenAPI document only: `run_in_transaction` authenticates every request.
AUTH_METHODS = [BearerKey(), SessionCookie(csrf=False)]


class PermissionRouter(Router):
    """A router whose operations all require a permission."""

    def declare_route(
        self, method: str, path: str, permission: RequiredPermissions, **declared: Any
    ) -> Callable[[View], View]:
        """Declare an operation with its permissions; the name of the view becomes its OpenAPI operation id."""
        needed = check_permission_names(*((permission,) if isinstance(permission, str) else permission))
        answers = declared.pop("response", None)
        # Without models of problems, of which each would be made for every operation: the document adds them.
        problems: dict[int, Any] = dict.fromkeys(PROBLEM_STATUSES)
        declared["response"] = problems | (answers if isinstance(answers, dict) else {200: answers})
        declared.setdefault("auth", AUTH_METHODS)
        extra = declared.setdefault("openapi_extra", {})
        extra["x-needs"] = list(needed)

        def declare_view(view: View) -> View:
            setattr(view, PERMISSION_ATTRIBUTE, needed)
            contribute_operation_callback(view, _wrap_operation)
            declared.setdefault("operation_id", view.__name__)
            declared.setdefault("summary", view.__name__.replace("_", " ").capitalize())
            self.api_operation([method], path, **declared)(view)
            return view

        return declare_view

    def get(self, path: str, *, permission: RequiredPermissions, **declared: Any) -> Callable[[View], View]:  # type: ignore[override]
        """Declare an operation that reads rows."""
        return self.declare_route("GET", path, permission, **declared)

    def post(self, path: str, *, permission: RequiredPermissions, **declared: Any) -> Callable[[View], View]:  # type: ignore[override]
        """Declare an operation that adds rows."""
        return self.declare_route("POST", path, permission, **declared)

    def put(self, path: str, *, permission: RequiredPermissions, **declared: Any) -> Callable[[View], View]:  # type: ignore[override]
        """Declare an operation that changes a row."""
        return self.declare_route("PUT", path, permission, **declared)

    def delete(self, path: str, *, permission: RequiredPermissions, **declared: Any) -> Callable[[View], View]:  # type: ignore[override]
        """Declare an operation that withdraws or removes a row."""
        return self.declare_route("DELETE", path, permission, **declared)


def _wrap_operation(operation: Operation) -> None:
    """Run an operation in the transaction of its caller; ninja wraps copies of the operation the same way."""
    operation.models = [make_strict(model) for model in operation.models]
    operation.run = run_in_transaction(operation.run)  # type: ignore[method-assign]
    operation._run_decorators = [run_in_transaction]  # type: ignore[attr-defined]


def run_in_transaction(run: RunOperation) -> RunOperation:
    """Run an operation in the transaction of its caller, after authentication and the check of permissions."""
    operation: Operation = run.__self__  # type: ignore[attr-defined]

    @wraps(run)
    def within(request: HttpRequest, **kw: Any) -> HttpResponseBase:
        # Django would read the address in the charset of the body, too.
        request.encoding = "utf-8"
        try:
            _refuse_unauthenticated(request)
            with request_transaction(request, getattr(operation.view_func, PERMISSION_ATTRIBUTE)) as context:
                refuse_unknown_parameters(request, operation)
                refuse_unknown_body(request, operation)
                return rollback_on_error(run_idempotent(request, context, lambda: run(request, **kw)))
        except Exception as error:
            return operation.api.on_exception(request, error)

    return within


def get_charset(request: HttpRequest) -> str:
    """Return the charset of the content type."""
    return (request.content_params or {}).get("charset", "utf-8")


def _refuse_unauthenticated(request: HttpRequest) -> None:
    if find_principal(request) is None:
        raise UnauthenticatedError
    if "Authorization" not in request.headers and check_csrf(request):
        raise CsrfError
    if any("\x00" in text for texts in request.GET.lists() for text in (texts[0], *texts[1])):
        raise GrilseError("the address contains a NUL character")


def refuse_undeclared_operations(api: NinjaAPI) -> None:
    """Refuse operations without a permission before the API serves requests."""
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                if not getattr(operation.view_func, PERMISSION_ATTRIBUTE, ()):
                    raise ImproperlyConfigured(
                        f"the route {path!r} does not say what it needs: declare it on a PermissionRouter"
                        f" with permission=…"
                    )


FARM = PermissionRouter(tags=["farm"])
PEOPLE = PermissionRouter(tags=["people"])
HELPDESK = PermissionRouter(tags=["helpdesk"])
STOCK = PermissionRouter(tags=["stock"])
ENVIRONMENT = PermissionRouter(tags=["environment"])
FEEDING = PermissionRouter(tags=["feeding"])
HEALTH = PermissionRouter(tags=["health"])
GROWTH = PermissionRouter(tags=["growth"])
PLANNING = PermissionRouter(tags=["planning"])
ATTENTION = PermissionRouter(tags=["attention"])
OFFICIAL = PermissionRouter(tags=["official"])
ACCESS = PermissionRouter(tags=["access"])
JOBS = PermissionRouter(tags=["jobs"])
ROUTERS = (
    FARM, PEOPLE, HELPDESK, STOCK, ENVIRONMENT, FEEDING, HEALTH, GROWTH, PLANNING, ATTENTION, OFFICIAL, ACCESS, JOBS,
)  # fmt: skip
