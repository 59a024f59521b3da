"""Rows of the batch table and their order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from grilse.growth.queries import CurrentBatch


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchTableRow:
    """A batch in the table."""

    now: CurrentBatch
    ahead_pct: float | None
    """How many percent heavier than planned."""

    def is_match(self, search: str) -> bool:
        """Tell whether every word stands in the row's texts."""
        now = self.now
        texts = f"{now.number} {now.geography} {now.site} {now.stage} {now.status}".casefold()
        return all(word in texts for word in search.casefold().split())


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchTableColumn:
    """A column and what it sorts by."""

    name: str
    title: str
    key: Callable[[BatchTableRow], Any]
    numeric: bool = False

    def build_header(self, order: str, query: str) -> dict[str, Any]:
        """Return what its heading shows, and the address that sorts by it or turns the order."""
        direction = {self.name: "ascending", f"-{self.name}": "descending"}.get(order, "none")
        turned = f"-{self.name}" if direction == "ascending" or (direction == "none" and self.numeric) else self.name
        address = "?" + "&".join(part for part in (query, urlencode({"sort": turned})) if part)
        return {"title": self.title, "numeric": self.numeric, "direction": direction, "address": address}


COLUMNS = (
    BatchTableColumn(name="number", title="Batch", key=lambda row: row.now.number),
    BatchTableColumn(name="site", title="Site", key=lambda row: (row.now.geography, row.now.site)),
    BatchTableColumn(name="stage", title="Stage", key=lambda row: row.now.stage_order),
    BatchTableColumn(name="age", title="Age, days", key=lambda row: row.now.day, numeric=True),
    BatchTableColumn(name="fish", title="Fish", key=lambda row: row.now.count, numeric=True),
    BatchTableColumn(name="weight", title="Mean weight", key=lambda row: row.now.mean_weight_g, numeric=True),
    BatchTableColumn(name="biomass", title="Biomass", key=lambda row: row.now.biomass_kg, numeric=True),
    BatchTableColumn(name="plan", title="Against plan", key=lambda row: row.ahead_pct, numeric=True),
    BatchTableColumn(name="status", title="Status", key=lambda row: row.now.status),
)


def sort_rows(rows: list[BatchTableRow], order: str) -> list[BatchTableRow]:
    """Return the rows by a column (`-name`: falling), unknown values last; else standing and oldest first."""
    column = next((column for column in COLUMNS if column.name == order.removeprefix("-")), None)
    if column is None:
        return sorted(rows, key=lambda row: (row.now.status != "active", row.now.start, row.now.number))
    known = [row for row in rows if column.key(row) is not None]
    unknown = [row for row in rows if column.key(row) is None]
    return sorted(known, key=column.key, reverse=order.startswith("-")) + unknown
