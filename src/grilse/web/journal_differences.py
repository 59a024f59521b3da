"""Two contents of one thing beside each other, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

FIELD_TITLES = {
    "at": "When", "begun_at": "Begun", "kind": "Kind", "title": "Title", "body": "Text",
    "privacy": "Who reads it", "mood": "Mood", "stress": "Stress", "energy": "Energy", "tags": "Tags",
    "draft": "Draft", "deleted": "Deleted", "latitude": "Latitude", "longitude": "Longitude",
    "accuracy_m": "Accuracy, m",
    "reference": "Journey", "device": "Device", "mode": "By", "purpose": "What for",
}  # fmt: skip
EMPTY_VALUE = "–"


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldDifference:
    """A part of two contents."""

    name: str
    stored: str
    sent: str

    @property
    def is_different(self) -> bool:
        """Whether the two say different things."""
        return self.stored != self.sent


def compare_contents(stored: Mapping[str, Any], sent: Mapping[str, Any]) -> list[FieldDifference]:
    """Return the parts that say something in either content, what differs first."""
    parts = [
        FieldDifference(name=title, stored=_format_value(stored.get(name)), sent=_format_value(sent.get(name)))
        for name, title in FIELD_TITLES.items()
    ]
    differences = [part for part in parts if {part.stored, part.sent} != {EMPTY_VALUE}]
    return sorted(differences, key=lambda part: not part.is_different)


def _format_value(value: Any) -> str:
    if value in (None, "", [], False):
        return EMPTY_VALUE
    if value is True:
        return "yes"
    if isinstance(value, list):
        return ", ".join(value)
    return _format_timestamp(value) if isinstance(value, str) else f"{value:g}"


def _format_timestamp(text: str) -> str:
    """Return a moment in the page's time zone; what is no moment is told as it is."""
    if len(text) < len("2026-01-01T00:00") or text[4:5] != "-" or text[10:11] != "T":
        return text
    try:
        at = timezone.localtime(datetime.fromisoformat(text))
    except ValueError:
        return text
    return f"{at.day} {at:%b %Y, %H:%M:%S}"
