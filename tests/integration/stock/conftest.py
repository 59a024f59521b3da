"""One farm for all tests of a file: each acts in a transaction of which nothing stays."""

import uuid

import pytest


@pytest.fixture
def committed_farm(database):
    """A farm for a test that commits."""
    from tests.edited_farm import write_farm

    from grilse.access.models import Company

    return write_farm(Company.objects.using("owner").create(name=f"Company {uuid.uuid4().hex[:8]}").pk)


@pytest.fixture(scope="module")
def farm(database):
    """The farm of a company of its own, committed and not estimated."""
    # Models are imported once Django is set up, after this file.
    from tests.edited_farm import write_farm

    from grilse.access.models import Company

    return write_farm(Company.objects.using("owner").create(name=f"Company {uuid.uuid4().hex[:8]}").pk)
