"""Batches by the numbers that people know them by."""

import os
from collections.abc import Sequence

import psycopg

from grilse.errors import GrilseError


def selected(company: str | None, numbers: Sequence[str]) -> list[tuple[int, list[int] | None]]:
    """Return companies, each with the batches chosen in it; None stands for all of them."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        companies = [row[0] for row in connection.execute(COMPANIES, {"name": company})]
        found = connection.execute(NUMBERED, {"companies": companies, "numbers": list(numbers)}).fetchall()
    if company is not None and not companies:
        raise GrilseError(f"there is no company {company}")
    if not numbers:
        return [(one, None) for one in companies]
    known = [number for _, _, number in found]
    for number in numbers:
        if number not in known:
            raise GrilseError(f"there is no batch {number}")
        if known.count(number) > 1:
            raise GrilseError(f"several companies have a batch {number}: name one with --company")
    return [(one, chosen) for one in companies if (chosen := [id for id, of, _ in found if of == one])]


COMPANIES = "SELECT id FROM farm_company WHERE %(name)s::text IS NULL OR name = %(name)s ORDER BY name"

NUMBERED = """
SELECT id, company_id, number FROM stock_batch
 WHERE company_id = ANY(%(companies)s) AND number = ANY(%(numbers)s) ORDER BY id
"""
