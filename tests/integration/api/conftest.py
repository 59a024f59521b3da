"""Programs with keys of each role."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest


@pytest.fixture(scope="module")
def estimated_farm(database: str):
    """A small farm of a company of its own, estimated."""
    from tests.edited_farm import write_farm

    from grilse.access.models import Company
    from grilse.growth.estimating.run import estimate_company

    company = Company.objects.using("owner").create(name="Northern Salmon")
    farm = write_farm(company.pk)
    estimate_company(farm.company)
    return farm


@pytest.fixture(scope="module")
def program(database: str) -> Callable[..., "Program"]:
    """Make a program with a key of a login that holds roles."""
    return lambda company, *roles, scopes=("*",): Program(create_key(company, *roles, scopes=scopes))


class Program:
    """Sends JSON with a key, or with none."""

    def __init__(self, key: str | None) -> None:
        from django.test import Client

        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        self.client = Client(SERVER_NAME="localhost", headers=headers)

    def __getattr__(self, method: str):
        def send_request(address: str, data=None, **headers: str):
            also = {name.replace("_", "-"): value for name, value in headers.items()}
            verb = getattr(self.client, method)
            if method == "get":
                return verb(f"/api/v1{address}", data, headers=also)
            body = "" if data is None else data
            return verb(f"/api/v1{address}", body, content_type="application/json", headers=also)

        return send_request


def create_key(company: int, *roles: str | tuple[str, int], scopes=("*",)) -> str:
    """Return a key of a login of its own that holds roles, each a name or a name and a geography."""
    import uuid

    from grilse.access import api_keys, memberships
    from grilse.access.tenancy import tenant_transaction

    with tenant_transaction(company):
        user = memberships.add_login(
            f"{'-'.join(role if isinstance(role, str) else role[0] for role in roles)}-{uuid.uuid4().hex[:6]}"
        )
        for role_name in roles:
            role, geography = role_name if isinstance(role_name, tuple) else (role_name, None)
            memberships.grant_role(user, role, geography)
        end = datetime.now(UTC) + timedelta(days=1)
        return api_keys.issue_key(user=user, name="test", scopes=scopes, expires_at=end).key
