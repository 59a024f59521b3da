"""Findings follow changes of records: the queue refreshes the company soon after the change is committed."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from grilse.access.tenancy import get_current_actor
from grilse.listing.sql import fetch_rows

REFRESH_TASK = "attention.refresh"
"""The task of the queue that refreshes the findings of a company."""


def refresh_after_change(changed: Mapping[int, date]) -> None:
    """Have findings refreshed after the transaction in which placements changed; one statement, and one after it."""
    for row in fetch_rows(COMPANIES, {"placements": list(changed)}):
        request_refresh(row["company_id"])


def request_company_refresh(place: int) -> None:
    """Have the findings refreshed after a place or a rule changed; one statement, and one after the transaction."""
    request_refresh(get_current_actor().company)


def request_refresh(company: int) -> None:
    """Have the findings of a company refreshed after the transaction; a refresh that waits already is enough."""
    # An entry stays when the queue cannot be reached: the refresh of the next hour follows it.
    transaction.on_commit(lambda: _defer_refresh(company), robust=True)


def _defer_refresh(company: int) -> None:
    name = f"attention {company}"
    with suppress(AlreadyEnqueued):
        app.configure_task(REFRESH_TASK, lock=name, queueing_lock=name).defer(company=company)


COMPANIES = "SELECT DISTINCT company_id FROM stock_placement WHERE id = ANY(%(placements)s)"
