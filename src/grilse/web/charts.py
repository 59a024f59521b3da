"""Lines over time, as the script that draws them takes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of a chart."""

    title: str
    values: Sequence[float | None]
    colour: str
    """The name of a colour of the house: `actual`, `plan`, `water`."""
    unit: str = ""
    thin: bool = False
    """Whether it stands behind: single values, of which another line is the mean."""
    gaps: bool = False
    """Whether it breaks where a value is missing."""
    panel: int = 0
    """Lines of one panel share their scale; panels stand below each other."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """Lines over one axis of time."""

    title: str
    at: Sequence[datetime | date]
    lines: Sequence[Line]
    zone: str = "UTC"
    """Whose days and hours the axis shows."""

    @property
    def script_data(self) -> dict[str, Any]:
        """What the script draws."""
        return {
            "zone": self.zone,
            "x": [_convert_to_seconds(at) for at in self.at],
            "lines": [
                {
                    "title": line.title,
                    "unit": line.unit,
                    "colour": f"--{line.colour}",
                    "thin": line.thin,
                    "gaps": line.gaps,
                    "panel": line.panel,
                    "values": list(line.values),
                }
                for line in self.lines
            ],
        }


def _convert_to_seconds(at: datetime | date) -> float:
    if not isinstance(at, datetime):
        at = datetime.combine(at, time(), UTC)
    return at.timestamp()
