"""Logins of two companies, and a count of statements."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

HOST = {"SERVER_NAME": "localhost"}


@pytest.fixture(scope="module")
def growing_company(database: str) -> int:
    """Id of a company with two batches of different lengths, and one that is not estimated."""
    from tests.example_batch import write_example

    from grilse.access.models import Company
    from grilse.access.tenancy import tenant_transaction
    from grilse.growth.default_models import ensure_default_models

    company = Company.objects.using("owner").create(name="Northern Salmon")
    write_example(company, number="N-1", sea_days=300)
    write_example(company, number="N-2", sea_days=30)
    write_example(company, number="N-3", sea_days=10, states=False)
    with tenant_transaction(company.pk):
        ensure_default_models(company.pk)
    return company.pk


@pytest.fixture(scope="module")
def other_company(database: str) -> int:
    """Id of another company, with a batch of its own."""
    from tests.example_batch import write_example

    from grilse.access.models import Company

    company = Company.objects.using("owner").create(name="Other Salmon")
    write_example(company, number="O-1", sea_days=10)
    return company.pk


@pytest.fixture
def login(database: str) -> Callable[[int | None], object]:
    """Make a browser's stand-in, logged in for a company or, with None, for none."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from grilse.access.models import Membership
    from grilse.access.tenancy import tenant_transaction

    def log_in_client(company_id: int | None) -> Client:
        user, _ = get_user_model().objects.get_or_create(username=f"of {company_id}")
        if company_id is not None:
            with tenant_transaction(company_id):
                Membership.objects.get_or_create(company_id=company_id, user=user, role="admin")
        browser = Client(**HOST)
        browser.force_login(user)
        return browser

    return log_in_client


@pytest.fixture
def statements() -> Callable[[], object]:
    """Count the statements of a block: `with statements() as count: …; count[0]`."""
    from django.db import connection

    @contextmanager
    def count_statements() -> Iterator[list[int]]:
        count = [0]

        def count_statement(execute, sql, parameters, many, context):
            count[0] += 1
            return execute(sql, parameters, many, context)

        with connection.execute_wrapper(count_statement):
            yield count

    return count_statements
