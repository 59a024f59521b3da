"""The result of one check: a law or a band with its figure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from psycopg import Connection

GENERATED = "SELECT company_id, key FROM generator_shard WHERE kind = 'batch'"  # the generated batches


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """A law or a band: whether it holds, its figure, and the allowed range."""

    name: str
    ok: bool
    figure: float | None  # of a law, the number of rows that break it
    band: str
    detail: str = ""


def check_law(name: str, broken: int, detail: str = "") -> Check:
    """Return a law with the number of rows that break it."""
    return Check(name=name, ok=broken == 0, figure=broken, band="0", detail=detail)


def check_band(
    name: str, figure: float | None, low: float, high: float, *, judged: bool = True, detail: str = ""
) -> Check:
    """Return a figure with its band; a figure of too few records is shown, but not judged."""
    band, shown = f"{low:,.10g}–{high:,.10g}", None if figure is None else round(figure, 4)
    if figure is None or not judged:
        return Check(name=name, ok=True, figure=shown, band=f"{band}, not judged", detail=detail)
    return Check(name=name, ok=low <= figure <= high, figure=shown, band=band, detail=detail)


def check_by_query(connection: Connection[Any], name: str, query: str) -> Check:
    """Return a law whose query counts the rows that break it."""
    return check_law(name, fetch_count(connection, query))


def fetch_count(connection: Connection[Any], query: str) -> int:
    """Return the number that a query counts."""
    row = connection.execute(query.encode()).fetchone()
    return int(row[0] or 0) if row else 0


def build_check_report(checks: Sequence[Check]) -> dict[str, Any]:
    """Return the report of a check."""
    return {"ok": all(check.ok for check in checks), "checks": [asdict(check) for check in checks]}
