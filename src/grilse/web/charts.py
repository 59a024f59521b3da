"""Charts of lines over time, and their data for the script that draws them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from grilse.languages import Label

LEVEL_COLOURS = {"mood": "actual", "stress": "dead", "energy": "plan"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of a chart."""

    title: Label
    values: Sequence[float | None]
    colour: str
    """The name of a colour of the style sheet: `actual`, `plan`, `water`."""
    unit: str = ""
    thin: bool = False
    """Whether it is drawn thin: single values, of which another line is the mean."""
    gaps: bool = False
    """Whether it breaks where a value is missing."""
    panel: int = 0
    """Lines of one panel share a scale; panels are drawn below each other."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """Lines that share a time axis."""

    title: Label
    at: Sequence[datetime | date]
    lines: Sequence[Line]
    zone: str = "UTC"
    """The time zone of the axis."""

    @property
    def script_data(self) -> dict[str, Any]:
        """The data of the script."""
        return {
            "zone": self.zone,
            "x": [_convert_to_seconds(at) for at in self.at],
            "lines": [
                {**asdict(line), "title": str(line.title), "colour": f"--{line.colour}", "values": list(line.values)}
                for line in self.lines
            ],
        }


def _convert_to_seconds(at: datetime | date) -> float:
    if not isinstance(at, datetime):
        at = datetime.combine(at, time(), UTC)
    return at.timestamp()
