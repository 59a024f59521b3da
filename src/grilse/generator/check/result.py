"""One thing that was checked, with its figure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """A law or a band: whether it holds, what came out, and what it has to be."""

    name: str
    ok: bool
    figure: float | None  # of a law, how many break it
    band: str
    detail: str = ""


def check_law(name: str, broken: int, detail: str = "") -> Check:
    """Return a law, which nothing may break."""
    return Check(name=name, ok=broken == 0, figure=broken, band="0", detail=detail)


def check_band(
    name: str, figure: float | None, low: float, high: float, *, judged: bool = True, detail: str = ""
) -> Check:
    """Return a figure that lies within a band; one of too few records is shown and not judged."""
    band = f"{low:,.10g}–{high:,.10g}"
    if figure is None or not judged:
        shown = None if figure is None else round(figure, 4)
        return Check(name=name, ok=True, figure=shown, band=f"{band}, not judged", detail=detail)
    return Check(name=name, ok=low <= figure <= high, figure=round(figure, 4), band=band, detail=detail)


def build_check_report(checks: Sequence[Check]) -> dict[str, Any]:
    """Return the report of a check."""
    return {"ok": all(check.ok for check in checks), "checks": [asdict(check) for check in checks]}
