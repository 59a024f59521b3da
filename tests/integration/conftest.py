"""A farm of a few pens to edit."""

import pytest


@pytest.fixture
def farm(database, company):
    """The farm of a company of its own, committed and not estimated."""
    # Models are imported once Django is set up, after this file.
    from tests.edited_farm import write_farm

    return write_farm(company)


@pytest.fixture
def acting(farm):
    """Within the transaction of an editor; nothing of it stays."""
    from django.db import transaction

    from grilse.access.tenancy import tenant_transaction

    with tenant_transaction(farm.company, farm.user):
        yield
        transaction.set_rollback(True)
