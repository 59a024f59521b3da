"""The ways of listing persons that were there and that were claimed, behind the product's own door.

Run as a program it serves them beside the product's addresses: `python people_arms.py PORT PROCESSES`.
"""

import sys
from typing import Any

PAGE = 100


def serve(port: int, processes: int) -> None:
    """Answer as `grilse serve` does."""
    import people_arms  # noqa: F401 - the addresses below

    from grilse.project.http_server import run_processes

    run_processes("127.0.0.1", port, processes)


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
    sys.exit()

from django.conf import settings  # noqa: E402
from django.core.paginator import Paginator  # noqa: E402
from django.db.models import QuerySet  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

from grilse.project.wsgi import application  # noqa: E402, F401

settings.ROOT_URLCONF = "people_arms"

from grilse.access.requests import permission_required  # noqa: E402
from grilse.api.responses import json_response  # noqa: E402
from grilse.people.models import Person  # noqa: E402
from grilse.project.urls import urlpatterns as product  # noqa: E402


@permission_required("people.read")
def before(request: HttpRequest) -> HttpResponse:
    """Ask whether there is anybody, twice, each time by fetching everybody; then take a page of them."""
    found = everybody() or Person.objects.none()
    return _page(request, found.all() or Person.objects.none())


@permission_required("people.read")
def claimed(request: HttpRequest) -> HttpResponse:
    """Count all, and skip those before the page."""
    return _page(request, everybody())


def everybody() -> QuerySet[Person]:
    """Return persons with what they belong to, by name."""
    return Person.objects.select_related("geography", "area", "station", "team", "manager").order_by("name")


def _page(request: HttpRequest, rows: QuerySet[Person]) -> HttpResponse:
    pages = Paginator(rows, PAGE)
    page = pages.page(int(request.GET["page"]))
    return json_response({"items": [_row(one) for one in page], "total": pages.count, "pages": pages.num_pages})


def _row(one: Person) -> dict[str, Any]:
    site = one.area or one.station
    return {
        "id": one.pk,
        "name": one.name,
        "title": one.title,
        "email": one.email,
        "phone": one.phone,
        "geography": one.geography and one.geography.name,
        "site": site and site.name,
        "team_id": one.team_id,
        "team": one.team and one.team.name,
        "manager_id": one.manager_id,
        "manager": one.manager and one.manager.name,
        "active": one.active,
    }


urlpatterns = [*product, path("api/arms/before", before), path("api/arms/claimed", claimed)]
