"""A farm, another company's, and logins with roles in the first."""

import pytest

HOST = {"SERVER_NAME": "localhost"}


@pytest.fixture(scope="module")
def farm(database):
    """The farm of a company; what a test changes stays changed for the next."""
    return _write_farm("Northern Salmon")


@pytest.fixture(scope="module")
def other_farm(database):
    """The same farm, of another company."""
    return _write_farm("Other Salmon")


@pytest.fixture(scope="module")
def login(farm):
    """Make a browser's stand-in with a role in the first company, everywhere or in a geography."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from grilse.access.models import Membership

    def log_in_client(role, geography=None, company=farm.company):
        name = f"{role} of {company} in {geography}"
        user, _ = get_user_model().objects.using("owner").get_or_create(username=name)
        if role:
            of = {"company_id": company, "user_id": user.pk, "role": role, "geography_id": geography}
            Membership.objects.using("owner").get_or_create(**of)
        browser = Client(**HOST)
        browser.force_login(user)
        return browser

    return log_in_client


@pytest.fixture
def office(login):
    """The browser of an admin."""
    return login("admin")


def _write_farm(name):
    from tests.edited_farm import write_farm

    from grilse.access.models import Company

    return write_farm(Company.objects.using("owner").create(name=name).pk)
