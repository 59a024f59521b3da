"""Every page that states what it needs × every role: shown or refused as the matrix says."""

import pytest
from django.test import Client
from django.urls import reverse

from grilse.access.permissions import find_roles_with, load_roles
from grilse.access.requests import PERMISSION_ATTRIBUTE
from grilse.web.urls import urlpatterns

# What stands in an address; of nothing else a page is asked here.
ARGUMENTS = {
    "site-area": [1], "site-station": [1], "container": [1],
    "batch": ["N-1"], "samples": ["N-1"], "sample-exclude": [1], "sample-include": [1], "person": [1],
    "journal-change": [1], "journal-remove": [1], "journal-restore": [1],
    "performance-query": ["list.batches.first"],
    "ticket": [1], "ticket-comment": [1], "ticket-file": [1, 1], "ticket-work-step": [1, "take"],
    "ticket-reporter-step": [1, "close"], "settings-login": [1], "settings-login-grant": [1],
    "settings-login-change": [1, 1], "settings-login-revoke": [1, 1], "settings-login-end": [1],
    "settings-login-link": [1],
    "finding": [1], "finding-acknowledge": [1], "finding-withdraw": [1], "finding-assign": [1],
    "finding-reassign": [1], "finding-ticket": [1],
}  # fmt: skip
PAGES = {
    pattern.name: needs
    for pattern in urlpatterns
    if (needs := getattr(getattr(pattern, "callback", None), PERMISSION_ATTRIBUTE, None))
}


@pytest.fixture(scope="module")
def logins(database):
    """A login of each role of a company, and one of no company."""
    from django.contrib.auth import get_user_model

    from grilse.access.models import Company, Membership

    company = Company.objects.using("owner").create(name="Of every role").pk
    statuses = {}
    for role in (*load_roles(), "nobody"):
        user = get_user_model().objects.create(username=f"{role} of every role")
        if role != "nobody":
            Membership.objects.using("owner").create(company_id=company, user_id=user.pk, role=role)
        statuses[role] = Client(SERVER_NAME="localhost")
        statuses[role].force_login(user)
    return statuses


def request_page(client, name):
    """Return the status of a page: of one that changes something to an empty form."""
    address = reverse(name, args=ARGUMENTS.get(name, []))
    status = client.get(address).status_code
    return client.post(address).status_code if status == 405 else status


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_shown_to_whom_the_matrix_names_and_to_nobody_else(logins, name):
    allowed = find_roles_with(PAGES[name])
    assert allowed
    shown = {role for role in load_roles() if request_page(logins[role], name) != 403}
    assert shown == allowed
    assert request_page(logins["nobody"], name) == 403


def test_people_and_performance_pages_declare_permissions():
    app_permissions = {"people": "people.read", "journal": "people.journal", "wellbeing": "people.wellbeing",
             "people-map": "people.locate", "people-conveyance": "people.report", "helpdesk": "helpdesk.read",
             "ticket-work-step": "helpdesk.work", "performance": "proof.read"}  # fmt: skip
    assert {name: permission in PAGES[name] for name, permission in app_permissions.items()} == dict.fromkeys(
        app_permissions, True
    )


def test_links_lead_only_to_what_a_role_may_see(logins):
    for role, client in logins.items():
        if role == "nobody":
            continue
        head = client.get("/settings/").content.decode().partition("<h1>")[0]
        for name, address in (("proof.read", "/settings/performance/"), ("helpdesk.read", "/helpdesk/")):
            assert (f'href="{address}"' in head) == (role in find_roles_with((name,)))
