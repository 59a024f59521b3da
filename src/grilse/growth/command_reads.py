"""Reads of the command line, over connections of the owner: batches by number, and states as rows of text."""

import os
from collections.abc import Iterator, Sequence

import numpy as np
import psycopg

from grilse.bulk.copy import read_columns
from grilse.errors import GrilseError
from grilse.growth.states import list_flag_names

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


def select_batches(company: str | None, numbers: Sequence[str]) -> list[tuple[int, list[int] | None]]:
    """Return companies, each with its selected batches; None means all of them."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        companies = [row[0] for row in connection.execute(COMPANIES, {"name": company})]
        rows = connection.execute(NUMBERED, {"companies": companies, "numbers": list(numbers)}).fetchall()
    if company is not None and not companies:
        raise GrilseError(f"there is no company {company}")
    if not numbers:
        return [(company_id, None) for company_id in companies]
    known = [number for _, _, number in rows]
    for number in numbers:
        if number not in known:
            raise GrilseError(f"there is no batch {number}")
        if known.count(number) > 1:
            raise GrilseError(f"several companies have a batch {number}: name one with --company")
    return [
        (company_id, chosen) for company_id in companies if (chosen := [id for id, of, _ in rows if of == company_id])
    ]


COMPANIES = "SELECT id FROM farm_company WHERE %(name)s::text IS NULL OR name = %(name)s ORDER BY name"

NUMBERED = """
SELECT id, company_id, number FROM stock_batch
 WHERE company_id = ANY(%(companies)s) AND number = ANY(%(numbers)s) ORDER BY id
"""
