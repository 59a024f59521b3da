"""Two contents of one thing beside each other, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

NAMES = {
    "at": "When", "begun_at": "Begun", "kind": "Kind", "title": "Title", "body": "Text",
    "privacy": "Who reads it", "mood": "Mood", "stress": "Stress", "energy": "Energy", "tags": "Tags",
    "draft": "Draft", "deleted": "Deleted", "latitude": "Latitude", "longitude": "Longitude",
    "accuracy_m": "Accuracy, m",
    "reference": "Journey", "device": "Device", "mode": "By", "purpose": "What for",
}  # fmt: skip
NOTHING = "–"


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A part of two contents."""

    name: str
    stands: str
    sent: str

    @property
    def differs(self) -> bool:
        """Whether the two say different things."""
        return self.stands != self.sent


def compared(stands: Mapping[str, Any], sent: Mapping[str, Any]) -> list[Difference]:
    """Return the parts that say something in either content, what differs first."""
    parts = [
        Difference(name=title, stands=_told(stands.get(name)), sent=_told(sent.get(name)))
        for name, title in NAMES.items()
    ]
    said = [part for part in parts if {part.stands, part.sent} != {NOTHING}]
    return sorted(said, key=lambda part: not part.differs)


def _told(value: Any) -> str:
    if value in (None, "", [], False):
        return NOTHING
    if value is True:
        return "yes"
    if isinstance(value, list):
        return ", ".join(value)
    return _moment(value) if isinstance(value, str) else f"{value:g}"


def _moment(text: str) -> str:
    """Return a moment in the page's time zone; what is no moment is told as it is."""
    if len(text) < len("2026-01-01T00:00") or text[4:5] != "-" or text[10:11] != "T":
        return text
    try:
        at = timezone.localtime(datetime.fromisoformat(text))
    except ValueError:
        return text
    return f"{at.day} {at:%b %Y, %H:%M:%S}"
