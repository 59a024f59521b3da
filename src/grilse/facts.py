"""Reports as JSON: one form for commands, jobs and the API."""

import json
from typing import Any


def to_json(facts: dict[str, Any]) -> str:
    """Return a report as one JSON object: dates and paths as text; NaN and infinity are refused."""
    return json.dumps(facts, default=str, allow_nan=False)
