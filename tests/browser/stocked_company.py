"""A company whose records end yesterday: a sea site of fifteen pens, one of two, and logins who enter records."""

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import psycopg
from tests.browser.conftest import PASSWORD

DB = "owner"
PENS, DAYS = 15, 60
TODAY = datetime.now(UTC).date()
YESTERDAY = TODAY - timedelta(days=1)
LOGINS = {
    "maria": "manager", "ola": "operator", "kari": "operator", "vera": "vet", "anna": "admin", "vik": "viewer"
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class StockedCompany:
    """Ids of what tests look for."""

    id: int
    site: int
    placements: dict[str, int]
    logins: dict[str, int]


def write_stocked_company() -> StockedCompany:
    """Write the company, and estimate its batches."""
    from grilse.access.models import Company
    from grilse.access.tenancy import tenant_transaction
    from grilse.farm.models import Area, Container, Geography
    from grilse.growth.default_models import ensure_default_models
    from grilse.growth.estimating.run import estimate_company
    from grilse.growth.models import TemperatureProfile
    from grilse.health.models import LiceLimit

    company = Company.objects.using(DB).create(name="Northern Salmon").pk

    def add(model: Any, **values: Any) -> Any:
        return model.objects.using(DB).create(company_id=company, **values)

    geography = add(Geography, name="Faroe Islands", code="FO")
    TemperatureProfile.objects.using(DB).bulk_create(
        TemperatureProfile(company_id=company, geography=geography, day_of_year=day, temperature_c=9.0, sd_c=0.5)
        for day in range(1, 367)
    )
    placements: dict[str, int] = {}
    for name, pens in (("Vagur", PENS), ("Ytri", 2)):
        area = add(Area, geography=geography, name=name)
        placements |= _write_pens(add, area, f"{name}-26", [f"{name}-P{pen:02d}" for pen in range(1, pens + 1)])
    site = Area.objects.using(DB).get(name="Vagur")
    _write_stores(add, site)
    add(
        LiceLimit,
        geography=geography,
        kind="limit",
        valid_from=date(2020, 1, 1),
        week_from=1,
        week_to=53,
        adult_females=0.5,
    )
    add(Container, name="Vagur-P16", kind="pen", volume_m3=30_000, max_density_kg_m3=25, area=site)
    with tenant_transaction(company):
        ensure_default_models(company)
    estimate_company(company)
    # As autovacuum does within a minute.
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("ANALYZE")
    return StockedCompany(id=company, site=site.pk, placements=placements, logins=_write_logins(add))


def read_rows(statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a statement, as the owner sees them."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return connection.execute(statement, arguments).fetchall()


def read_movements(placement: int, day: date = TODAY) -> list[tuple[str, int, str]]:
    """Return kind, count and cause of the effective movements out of a placement on a day."""
    return read_rows(EFFECTIVE_MOVEMENTS, placement, day)


EFFECTIVE_MOVEMENTS = """
SELECT kind, count, cause FROM stock_movement m
 WHERE source_id = %s AND date = %s AND count > 0
   AND NOT EXISTS (SELECT FROM stock_movement later WHERE later.replaces_id = m.id)
 ORDER BY id
"""


def _write_pens(add: Any, area: Any, number: str, names: list[str]) -> dict[str, int]:
    from grilse.farm.models import Container
    from grilse.stock.models import Batch, Movement, Placement, Species, Stage, WeightSample

    start = TODAY - timedelta(days=DAYS)
    batch = add(Batch, number=number, species=Species.objects.using(DB).get(), start_date=start)
    stage, draws, placements = Stage.objects.using(DB).get(order=6), np.random.default_rng(4), {}
    for name in names:
        pen = add(Container, name=name, kind="pen", volume_m3=30_000, max_density_kg_m3=25, area=area)
        placement = add(Placement, batch=batch, container=pen, stage=stage, name=f"{number}/{name}", start=start)
        placements[name] = placement.pk
        add(Movement, date=start, kind="STOCKING", target=placement, count=120_000, mean_weight_g=2000.0)
        for day in range(1, DAYS):
            dead = int(draws.integers(2, 25))
            cause = ("CMS", "WINTER_ULCER", "UNKNOWN")[int(draws.integers(3))]
            add(Movement, date=start + timedelta(days=day), kind="MORTALITY", source=placement, count=dead, cause=cause)
        for day in (20, 45):
            when = start + timedelta(days=day)
            add(
                WeightSample, placement=placement, date=when, fish_weighed=60, mean_weight_g=2000.0 + 12 * day,
                sd_g=400.0, method="HAND",
            )  # fmt: skip
    return placements


def _write_stores(add: Any, site: Any) -> None:
    from grilse.farm.models import FeedStore
    from grilse.feeding.models import Feed, FeedLot

    store, feed = add(FeedStore, name="Barge", capacity_kg=400_000, area=site), add(Feed, name="Grower 9")
    add(
        FeedLot, store=store, feed=feed, number="L-1", delivered=TODAY - timedelta(days=9), grams=90_000_000,
        price_per_kg=1400,
    )  # fmt: skip


def _write_logins(add: Any) -> dict[str, int]:
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import User

    from grilse.access.models import Membership

    secret, logins = make_password(PASSWORD), {}
    for name, role in LOGINS.items():
        logins[name] = User.objects.using(DB).create(username=name, password=secret).pk
        add(Membership, user_id=logins[name], role=role)
    return logins
