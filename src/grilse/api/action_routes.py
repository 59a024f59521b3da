"""Routes that call one action each: they record rows, correct a row or withdraw a row."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja import Status
from pydantic import create_model

from grilse.api.routing import PermissionRouter
from grilse.api.schemas import CONFIRM, CreatedIds, Id, Text, build_correction_schema, build_input_schema, from_request
from grilse.confirmation import accept_confirmed
from grilse.input_types import DerivedRequestSchema

Action = Callable[..., Any]


def declare_event_routes(
    router: PermissionRouter,
    address: str,
    items: str,
    data_class: type,
    actions: tuple[Action, Action, Action],
    permission: str,
) -> None:
    """Declare the routes that record events, correct one and withdraw one."""
    record, correct, withdraw = actions
    # The actions let a login correct all entries, or its own of the last days.
    app, _, _ = permission.partition(".")
    declare_record_route(router, address, items, data_class, record, permission)
    declare_correct_route(router, f"{address}/{{key}}", data_class, correct, f"{app}.amend")
    declare_reason_route(router, "DELETE", f"{address}/{{key}}", withdraw, f"{app}.amend")


def declare_record_route(
    router: PermissionRouter,
    address: str,
    items: str,
    data_class: type,
    action: Action,
    permission: str,
    *,
    response: Any = None,
) -> None:
    """Declare the route that records several rows in one transaction; the body is `{items: […]}`."""
    rows: Any = build_rows_schema(data_class, items)

    def record(request: HttpRequest, new: rows) -> Status[Any]:
        with accept_confirmed(new.confirm):
            created = action([from_request(data_class, row) for row in getattr(new, items)])
        return Status(201, {"ids": created} if response is None else created)

    _declare(router, "POST", address, record, action, permission, {201: response or CreatedIds})


def declare_correct_route(
    router: PermissionRouter, address: str, data_class: type, action: Action, permission: str
) -> None:
    """Declare the route that corrects a row, with a reason."""
    correction: Any = build_correction_schema(data_class)

    def correct(request: HttpRequest, key: Id, new: correction) -> dict[str, Any]:
        with accept_confirmed(new.confirm):
            action(key, from_request(data_class, new), reason=new.because)
        return {"ids": [key]}

    _declare(router, "PUT", address, correct, action, permission, CreatedIds)


def declare_reason_route(router: PermissionRouter, method: str, address: str, action: Action, permission: str) -> None:
    """Declare a route of an action that takes the id of a row and a reason."""

    def act(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
        action(key, reason=reason)
        return {"ids": [key]}

    _declare(router, method, address, act, action, permission, CreatedIds)


def build_rows_schema(data_class: type, items: str, **extra_fields: Any) -> Any:
    """Return the schema of a body with several rows of a data class."""
    rows: dict[str, Any] = {items: (list[build_input_schema(data_class)], ...), "confirm": CONFIRM, **extra_fields}  # type: ignore[misc]
    text = "Rows that are entered in one transaction: all of them or none."
    return create_model(f"{data_class.__name__}List", __base__=DerivedRequestSchema, __doc__=text, **rows)


def _declare(
    router: PermissionRouter, method: str, address: str, view: Action, action: Action, permission: str, response: Any
) -> None:
    """Declare a view under the name and the description of its action."""
    view.__name__, view.__doc__ = action.__name__, action.__doc__
    router.declare_route(method, address, permission, response=response)(view)
