"""Answers that are written as they stand: large ones, which shapes would hold up and change nothing of."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from ninja.responses import NinjaJSONEncoder


def compact(data: Mapping[str, Any], **headers: str) -> HttpResponse:
    """Return data as JSON without spaces; that it is of the shape that the route declares, tests show."""
    body = json.dumps(data, cls=NinjaJSONEncoder, separators=(",", ":"))
    return HttpResponse(body, content_type="application/json; charset=utf-8", headers=headers)
