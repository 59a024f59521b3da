"""What the frame of every page shows: company, navigation, choices, and until when there are records."""

from functools import partial

from django.conf import settings
from django.http import HttpRequest

from grilse.access.memberships import list_login_companies
from grilse.access.permissions import load_permissions
from grilse.access.requests import get_request_context
from grilse.growth.queries import find_last_recorded_day
from grilse.web.navigation import build_navigation
from grilse.web.scope import read_scope


def list_held_permissions(request: HttpRequest) -> set[str]:
    """Return the permissions that the login of a request has somewhere in the company."""
    context = get_request_context(request)
    roles = {grant.role for grant in context.held} if context else set()
    return {name for name, permission in load_permissions().items() if roles & permission.roles}


def add_frame(request: HttpRequest) -> dict[str, object]:
    """Give templates the company of the request, the permissions of its login, and what the frame shows.

    The frame of a page calls the functions, one statement each; a fragment does not.
    """
    context, allowed = get_request_context(request), list_held_permissions(request)
    page = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "company": context,
        "companies": partial(list_login_companies, request.user.pk or 0) if context else (),
        "allowed": allowed,
        "navigation": build_navigation(page, allowed),
        "scope": read_scope(request),
        "records_until": find_last_recorded_day if context else None,
        "shows_components": settings.SHOW_COMPONENTS,
    }
