"""Health checks: whether the server answers, and whether it is ready to work."""

from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from grilse.access.requests import public_view


@public_view
@require_safe
@never_cache
def report_liveness(request: HttpRequest) -> HttpResponse:
    """Answer without a query."""
    return JsonResponse({"live": True})


@public_view
@require_safe
@never_cache
def report_readiness(request: HttpRequest) -> HttpResponse:
    """Tell whether the database answers, and has the schema of this version."""
    try:
        pending: int | None = len(_read_disk_migrations() - _read_applied_migrations())
    except DatabaseError:
        pending = None
    checks = {"database": pending is not None, "migrations": pending == 0}
    good = all(checks.values())
    return JsonResponse({"ready": good, "checks": checks, "pending": pending}, status=200 if good else 503)


@cache
def _read_disk_migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations of this version."""
    return frozenset(MigrationLoader(None).disk_migrations)


def _read_applied_migrations() -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return set(cursor.fetchall())
