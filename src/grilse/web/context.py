"""What every page knows."""

from django.http import HttpRequest

from grilse.door import entered_in
from grilse.farm.permissions import permissions


def company(request: HttpRequest) -> dict[str, object]:
    """Give templates the company that the request acts for, and what its login may do somewhere in it."""
    now = entered_in(request)
    held = {one.role for one in now.held} if now else set()
    return {
        "company": now,
        "allowed": {name for name, permission in permissions().items() if held & permission.roles},
    }
