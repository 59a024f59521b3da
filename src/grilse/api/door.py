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

from grilse.api.once import once
from grilse.api.problems import PROBLEMS, Forgery, Unknown
from grilse.door import STATED, asking, entered, needing, whole
from grilse.errors import GrilseError
from grilse.farm.principal import Principal

Needs = str | tuple[str, ...]
Run = Callable[..., HttpResponseBase]
# What a route's function returns, ninja turns into an answer.
View = Callable[..., Any]


class Key(HttpBearer):
    """`Authorization: Bearer grilse_…`, as `grilse key add` shows it once."""

    def authenticate(self, request: HttpRequest, token: str) -> Principal | None:
        """Return who was found before the route was entered."""
        return asking(request)


class Session(APIKeyCookie):
    """The cookie of a login; what it writes carries the token against forgery."""

    param_name = "sessionid"

    def authenticate(self, request: HttpRequest, key: str | None) -> Principal | None:
        """Return who was found before the route was entered."""
        return asking(request)


# Who asks is found, and let in or not, around the route; these two say so in the schema.
WAYS = [Key(), Session(csrf=False)]


class Room(Router):
    """Routes of one room; a route without a permission cannot be written."""

    def route(self, method: str, path: str, may: Needs, **declared: Any) -> Callable[[View], View]:
        """Declare a route that needs a permission, or several."""
        needed = needing(*((may,) if isinstance(may, str) else may))
        answers = declared.pop("response", None)
        declared["response"] = {**PROBLEMS, **(answers if isinstance(answers, dict) else {200: answers})}
        declared.setdefault("auth", WAYS)
        extra = declared.setdefault("openapi_extra", {})
        extra["x-needs"] = list(needed)

        def written(view: View) -> View:
            setattr(view, STATED, needed)
            contribute_operation_callback(view, _enter)
            self.api_operation([method], path, **declared)(view)
            return view

        return written

    def get(self, path: str, *, may: Needs, **declared: Any) -> Callable[[View], View]:  # type: ignore[override]
        """Declare a route that reads."""
        return self.route("GET", path, may, **declared)

    def post(self, path: str, *, may: Needs, **declared: Any) -> Callable[[View], View]:  # type: ignore[override]
        """Declare a route that adds."""
        return self.route("POST", path, may, **declared)

    def put(self, path: str, *, may: Needs, **declared: Any) -> Callable[[View], View]:  # type: ignore[override]
        """Declare a route that corrects."""
        return self.route("PUT", path, may, **declared)

    def delete(self, path: str, *, may: Needs, **declared: Any) -> Callable[[View], View]:  # type: ignore[override]
        """Declare a route that withdraws."""
        return self.route("DELETE", path, may, **declared)


def _enter(operation: Operation) -> None:
    """Have an operation run for whoever asks; ninja wraps copies of it the same way."""
    operation.run = entering(operation.run)  # type: ignore[method-assign]
    operation._run_decorators = [entering]  # type: ignore[attr-defined]


def entering(run: Run) -> Run:
    """Run an operation in the transaction of whoever asks, refusing first whom it is not for."""
    operation: Operation = run.__self__  # type: ignore[attr-defined]

    @wraps(run)
    def within(request: HttpRequest, **kw: Any) -> HttpResponseBase:
        try:
            _refuse_strangers(request)
            with entered(request, getattr(operation.view_func, STATED)) as found:
                return whole(once(request, found, lambda: run(request, **kw)))
        except Exception as error:
            return operation.api.on_exception(request, error)

    return within


def _refuse_strangers(request: HttpRequest) -> None:
    if asking(request) is None:
        raise Unknown
    if "Authorization" not in request.headers and check_csrf(request):
        raise Forgery
    if any("\x00" in text for texts in request.GET.lists() for text in (texts[0], *texts[1])):
        raise GrilseError("the address holds a NUL, which no name has")


def refuse_unstated(api: NinjaAPI) -> None:
    """Refuse operations that do not say what they need, before anything is served."""
    for room in api._get_bound_routers():
        for path, view in room.path_operations.items():
            for operation in view.operations:
                if not getattr(operation.view_func, STATED, ()):
                    raise ImproperlyConfigured(
                        f"the route {path!r} does not say what it needs: declare it in a Room, with may=…"
                    )
