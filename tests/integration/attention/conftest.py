"""The farm of a few pens, estimated, with what the rules look at."""

from datetime import UTC, datetime

import pytest

NOW = datetime(2024, 2, 15, 12, tzinfo=UTC)
"""The day after the last day of records."""


@pytest.fixture
def estimated(farm, acting):
    """Estimate all batches of the farm in the transaction; nothing of it stays."""
    from grilse.growth.estimating.run import estimate_in_transaction
    from grilse.stock.changes import get_psycopg_connection

    def estimate():
        estimate_in_transaction(get_psycopg_connection(), farm.company, sorted(farm.batches.values()))

    estimate()
    return estimate


@pytest.fixture
def look(farm, estimated):
    """Refresh the findings as of the last day of records; return the open ones of a kind."""
    from tests.edited_farm import LAST, on

    from grilse.attention.models import Finding
    from grilse.attention.queries import list_open_findings
    from grilse.attention.refresh import refresh_findings

    def refresh(kind, now=NOW):
        refresh_findings(now)
        assert not Finding.objects.exclude(day=on(LAST)).exists()
        return [finding for finding in list_open_findings(with_acknowledged=True) if finding.kind == kind]

    return refresh


@pytest.fixture
def set_rule(farm, acting):
    """Set thresholds of a kind for the company."""
    from grilse.attention.models import AlertRule

    def set_thresholds(kind, **values):
        AlertRule.objects.update_or_create(company_id=farm.company, kind=kind, geography=None, defaults=values)

    return set_thresholds
