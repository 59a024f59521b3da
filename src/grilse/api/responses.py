"""Responses shared by the operations of the API."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, TypeVar

from django.http import HttpResponse

from grilse.api.problems import NotFoundError
from grilse.errors import GrilseError
from grilse.stock import queries as stock

Result = TypeVar("Result")


def json_response(data: Mapping[str, Any], **headers: str) -> HttpResponse:
    """Return data as compact JSON, without the validation of a schema, which is slow for large responses."""
    body = json.dumps(data, default=encode_json_value, separators=(",", ":"))
    return HttpResponse(body, content_type="application/json; charset=utf-8", headers=headers)


def items_response(rows: Iterable[Any], **fields: Any) -> HttpResponse:
    """Return rows of a data class as the items of a JSON object."""
    return json_response({"items": [asdict(row) for row in rows], **fields})


def encode_json_value(value: object) -> str:
    """Return a date or a time in ISO 8601, in UTC and to the microsecond."""
    if isinstance(value, date):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(f"{type(value).__name__} has no JSON representation")


def read_or_404(read: Callable[..., Result], *arguments: Any) -> Result:
    """Return what a query reads, or answer 404 with the message of the query."""
    try:
        return read(*arguments)
    except GrilseError as error:
        raise NotFoundError(str(error)) from error


def found_or_404(result: Result | None, description: str) -> Result:
    """Return what a query found, or answer 404."""
    if result is None:
        raise NotFoundError(f"there is no {description}")
    return result


def get_batch_or_404(number: str) -> stock.BatchSummary:
    """Return the batch with a number, or answer 404; one statement."""
    return found_or_404(stock.read_batch(number), f"batch {number}")
