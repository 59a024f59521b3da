"""The wellbeing report at more and more companies: a loop, the prefetch that was to mend it, and ours."""

import time
import tracemalloc
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import psycopg
from django.db import connections, models
from django.db.models import Avg, Count
from workforce_staff import CONSENTS, ENTRIES, companies, persons

UNTIL = date(2025, 7, 1)
SINCE = UNTIL - timedelta(days=30)
PERSONS, ENTRIES_EACH = 40, 4_000
COHORT = 5
Told = dict[int, tuple[float | None, ...]]
"""By company: persons that are counted, means of mood, stress and energy; a cohort too small is left out."""


class Tenant(models.Model):
    """A company, as a model from which its entries are reached."""

    class Meta:
        managed = False
        db_table = "farm_company"
        app_label = "benchmarks"


class Entry(models.Model):
    """An entry, as a model that its company reaches."""

    tenant = models.ForeignKey(Tenant, models.DO_NOTHING, db_column="company_id", related_name="entries")
    person = models.BigIntegerField(db_column="person_id")
    at = models.DateTimeField()
    privacy = models.CharField(max_length=9)
    kind = models.CharField(max_length=8)
    mood = models.PositiveSmallIntegerField(null=True)
    stress = models.PositiveSmallIntegerField(null=True)
    energy = models.PositiveSmallIntegerField(null=True)
    draft = models.BooleanField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "people_journalentry"
        app_label = "benchmarks"


def add_companies(owner: psycopg.Connection[Any], count: int) -> None:
    """Add companies with staff, journals and consents."""
    for company in companies(owner, count):
        persons(owner, company, PERSONS)
        owner.execute(ENTRIES, {"company": company, "rows": ENTRIES_EACH})
        owner.execute(CONSENTS, {"company": company})
    owner.execute("VACUUM ANALYZE people_journalentry")


def loop() -> Told:
    """Ask for each company by itself, figure by figure, as the system before did."""
    return {tenant.pk: told for tenant in _tenants() if (told := _told(_counted(Entry.objects.filter(tenant=tenant))))}


def prefetch() -> Told:
    """The mend that was claimed: prefetch the entries, then filter them, which asks anew for each company."""
    tenants = _tenants().prefetch_related("entries")
    return _by_company({tenant.pk: _counted(tenant.entries.all()) for tenant in tenants})


def ours() -> None:
    """The product's: written for all companies."""
    from grilse.people.wellbeing import write_reports

    write_reports(UNTIL)


def written() -> Told:
    """Return what the product wrote of whole companies."""
    from grilse.people.models import WellbeingReport

    rows = WellbeingReport.objects.using("owner").filter(geography=None, until=UNTIL, withheld=False)
    return {row.company_id: (row.active, row.mood, row.stress, row.energy) for row in rows}


def _by_company(counted: dict[int, Any]) -> Told:
    told = {company: _told(entries) for company, entries in counted.items()}
    return {company: figures for company, figures in told.items() if figures is not None}


def _tenants() -> Any:
    return Tenant.objects.using("owner").order_by("pk")


def _counted(entries: Any) -> Any:
    agreed = models.Q(person__in=_consented(), at__date__gte=SINCE, at__date__lt=UNTIL, draft=False, deleted_at=None)
    return entries.using("owner").filter(agreed).exclude(privacy="private")


def _consented() -> Any:
    from grilse.people.models import Consent

    return Consent.objects.using("owner").filter(withdrawn_at=None, purpose="wellbeing").values("person_id")


def _told(entries: Any) -> tuple[float | None, ...] | None:
    """Return a company's figures, a query for each, as they stood on the page."""
    active = entries.values("person").distinct().count()
    entries.count()
    list(entries.values("kind").annotate(n=Count("pk")))
    means = [entries.aggregate(mean=Avg(name))["mean"] for name in ("mood", "stress", "energy")]
    return (active, *means) if active >= COHORT else None


def measured(way: Callable[[], Told | None]) -> dict[str, Any]:
    """Return statements, milliseconds and most memory of Python of one way, with what it told."""
    statements = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(sql, params, many, context)

    with connections["owner"].execute_wrapper(count), connections["default"].execute_wrapper(count):
        begun = time.perf_counter()
        way()
        seconds = time.perf_counter() - begun
    tracemalloc.start()
    told = way()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {"statements": statements, "ms": 1000 * seconds, "kB": peak / 1000, "told": told or written()}
