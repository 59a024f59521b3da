"""The staff that the tests of people share."""

import pytest


@pytest.fixture(scope="module")
def staff(database):
    """People of two companies of their own, committed."""
    from tests.integration.people.staff import write_staff

    return write_staff("Northern Salmon")


@pytest.fixture
def as_author(staff):
    """Within the transaction of the author; nothing of it stays."""
    from django.db import transaction

    from grilse.access.tenancy import tenant_transaction

    with tenant_transaction(staff.company, staff.logins["author"]):
        yield
        transaction.set_rollback(True)
