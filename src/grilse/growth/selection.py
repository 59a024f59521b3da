"""Select batches by their numbers."""

import os
from collections.abc import Sequence

import psycopg

from grilse.errors import GrilseError


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
