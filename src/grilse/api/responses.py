"""Answers that are written as they stand: large ones, which shapes would hold up and change nothing of."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse


def json_response(data: Mapping[str, Any], **headers: str) -> HttpResponse:
    """Return data as JSON without spaces; that it is of the shape that the route declares, tests show."""
    body = json.dumps(data, default=encode_json_value, separators=(",", ":"))
    return HttpResponse(body, content_type="application/json; charset=utf-8", headers=headers)


def encode_json_value(value: object) -> str:
    """Return a day or a moment as it is written, to the microsecond."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is nothing that JSON can tell")
