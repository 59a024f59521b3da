"""The daily states of a batch as rows of text."""

import os
from collections.abc import Iterator

import numpy as np
import psycopg

from grilse.bulk.copy import read_columns
from grilse.errors import GrilseError
from grilse.growth.provenance import list_flag_names

KINDS = {
    "placement": "text",
    "date": "date",
    "count": "int4",
    "mean_weight_g": "float4",
    "temperature_c": "float4",
    "count_estimate": "float4",
    "count_sd": "float4",
    "mean_weight_sd_g": "float4",
    "biomass_kg": "float4",
    "biomass_sd_kg": "float4",
    "provenance": "int4",
}
STATES = f"""
SELECT p.name AS placement, {", ".join(f"s.{name}" for name in KINDS if name != "placement")}
  FROM stock_placement p JOIN growth_dailystate s ON s.placement_id = p.id
 WHERE p.batch_id = %(batch)s
 ORDER BY p.start, p.name COLLATE "C", s.date
"""


def iter_state_rows(batch: int, number: str) -> Iterator[tuple[str, ...]]:
    """Yield the header, then a row for each placement and day; one statement."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        columns = read_columns(connection, STATES, KINDS, {"batch": batch})
    if not columns["date"].size:
        raise GrilseError(f"batch {number} has no states yet: run `grilse grow --batch {number}`")
    words = {flags: " ".join(list_flag_names(flags)) for flags in np.unique(columns["provenance"]).tolist()}
    texts = {
        name: column if KINDS[name] in ("text", "int4") else column.astype(str) for name, column in columns.items()
    }
    texts["date"] = columns["date"].astype("datetime64[D]").astype(str)
    texts["provenance"] = np.array([words[flags] for flags in columns["provenance"].tolist()], dtype=object)
    yield tuple(KINDS)
    yield from zip(*(column.tolist() for column in texts.values()), strict=True)
