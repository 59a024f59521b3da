"""A company that takes published files in; nothing of it stays."""

import pytest


@pytest.fixture
def acting(company):
    """Within a transaction of the company's."""
    from django.db import transaction

    from grilse.access.tenancy import tenant_transaction

    with tenant_transaction(company):
        yield
        transaction.set_rollback(True)
