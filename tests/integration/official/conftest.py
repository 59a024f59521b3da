"""A company that takes published files in; nothing of it stays."""

import pytest


@pytest.fixture
def acting(company):
    """Within a transaction of the company's."""
    from django.db import transaction

    from grilse.farm.tenancy import acting_for

    with acting_for(company):
        yield
        transaction.set_rollback(True)
