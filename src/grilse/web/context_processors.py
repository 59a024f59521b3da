"""What every page knows."""

from django.http import HttpRequest

from grilse.access.permissions import load_permissions
from grilse.access.requests import get_request_context


def add_company(request: HttpRequest) -> dict[str, object]:
    """Give templates the company that the request acts for, and what its login may do somewhere in it."""
    now = get_request_context(request)
    held = {grant.role for grant in now.held} if now else set()
    return {
        "company": now,
        "allowed": {name for name, permission in load_permissions().items() if held & permission.roles},
    }
