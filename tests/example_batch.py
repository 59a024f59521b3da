"""A small company with one batch whose states are written down, not estimated: something to look at."""

from datetime import date, timedelta

import numpy as np

from grilse.access.models import Company
from grilse.farm.models import Area, Container, Geography, Hall, Station
from grilse.growth.models import BatchState, DailyState, TemperatureProfile
from grilse.health.models import Treatment
from grilse.planning.models import PlannedStage
from grilse.stock.models import Batch, Movement, Placement, Species, Stage, WeightSample

STAGES = ((1, 90, 2), (2, 90, 3), (3, 90, 4), (4, 90, 4), (5, 90, 5), (6, 380, 6))
START = date(2022, 2, 7)
DB = "owner"


def write_example(
    company: Company,
    *,
    number: str = "SC-2022-001",
    sea_days: int = 380,
    states: bool = True,
    planned_sea_days: int | None = 450,
) -> Batch:
    """Write places, a batch from eggs to harvest, its plan and its states; a second number shares the geography."""
    rng = np.random.default_rng(7)
    sites = _write_sites(company, number)
    batch = Batch.objects.using(DB).create(
        company=company, number=number, species=Species.objects.using(DB).get(), start_date=START
    )
    stages = [(order, days if order < 6 else sea_days, n) for order, days, n in STAGES]
    days = sum(length for _, length, _ in stages)
    weight, count, water, deaths = _simulate_growth(stages, days, rng)
    previous, day = [], 0
    for order, length, n in stages:
        stage = Stage.objects.using(DB).get(order=order)
        placed = []
        for i in range(n):
            container = _write_container(company, sites, order, number, i)
            placed.append(
                Placement.objects.using(DB).create(
                    company=company,
                    batch=batch,
                    container=container,
                    stage=stage,
                    name=f"{number} {container.name}",
                    start=_compute_date(day),
                    stop=None if order == 6 else _compute_date(day + length),
                )
            )
        _write_movements(
            company, previous, placed, int(count[day - 1] if day else count[0]), weight[day], _compute_date(day)
        )
        for i, placement in enumerate(placed):
            _write_samples(company, placement, day, length, weight, rng)
            if states:
                factor = 1 + 0.04 * (i - (n - 1) / 2) / n
                _write_states(
                    DailyState, {"placement": placement}, day, length, weight * factor, count / n, water, deaths / n
                )
        if planned_sea_days is not None:
            planned = day + (length if order < 6 else planned_sea_days)
            PlannedStage.objects.using(DB).create(
                company=company, batch=batch, stage=stage, start=_compute_date(day), stop=_compute_date(planned)
            )
        previous, day = placed, day + length
    for placement in previous:
        for when in (120, 210, 260, 300, 330):
            if when < sea_days - 10:
                _write_treatment(company, placement, "delousing", ("thermal", "mechanical")[when % 4 == 0], 450 + when)
    if states:
        _write_states(BatchState, {"batch": batch}, 0, days, weight, count, water, deaths, is_batch=True)
    return batch


def _compute_date(day: int) -> date:
    return START + timedelta(days=int(day))


def _write_sites(company, number):
    geography, created = Geography.objects.using(DB).get_or_create(company=company, name="Scotland", code="SC")
    station = Station.objects.using(DB).create(company=company, geography=geography, name=f"{number} station")
    halls = {
        order: Hall.objects.using(DB).create(
            company=company, station=station, name=f"{number}-FW-{'ABCDE'[order - 1]}", stage_order=order
        )
        for order in range(1, 6)
    }
    area = Area.objects.using(DB).create(company=company, geography=geography, name=f"{number}-SEA-11")
    if created:
        TemperatureProfile.objects.using(DB).bulk_create(
            TemperatureProfile(
                company=company, geography=geography, day_of_year=d, temperature_c=_compute_sea_temperature(d), sd_c=0.6
            )
            for d in range(1, 367)
        )
    return halls, area


def _compute_sea_temperature(day_of_year: float) -> float:
    return float(10.9 - 3.0 * np.cos(2 * np.pi * (day_of_year - 55) / 365.25))


def _write_container(company, sites, order, number, i):
    halls, area = sites
    if order == 6:
        place, kind, name = {"area": area}, "pen", f"{area.name}-P{i + 1:02d}"
    else:
        place, kind, name = (
            {"hall": halls[order]},
            "tray" if order == 1 else "tank",
            f"{halls[order].name}-{i + 1:02d}",
        )
    return Container.objects.using(DB).create(company=company, name=name, kind=kind, volume_m3=1000, **place)


def _simulate_growth(stages, days, rng):
    tgc = {1: 0.0, 2: 1.1, 3: 1.9, 4: 1.6, 5: 2.1, 6: 2.75}
    order = np.repeat([o for o, _, _ in stages], [n for _, n, _ in stages])
    of_year = np.array([_compute_date(d).timetuple().tm_yday for d in range(days)])
    noise = np.zeros(days)
    for d in range(1, days):
        noise[d] = 0.93 * noise[d - 1] + rng.normal(0, 0.18)
    sea = np.array([_compute_sea_temperature(d) for d in of_year]) + 1.6 * noise
    water = np.where(order == 1, 7.0, np.where(order < 6, 12 + 0.4 * noise, sea))
    root = 0.2 ** (1 / 3) + np.cumsum([tgc[o] / 1000 * 1.04 * t for o, t in zip(order, water, strict=True)])
    eggs = np.linspace(0.1, 0.2, 90)
    weight = np.where(order == 1, np.resize(eggs, days), root**3)
    monthly = np.select([order == 1, order == 2, order < 6], [0.024, 0.018, 0.003], 0.009)
    rate = monthly / 30 * np.exp(rng.normal(0, 0.45, days)) * np.where(rng.random(days) < 0.02, 6, 1)
    count = 3_200_000 * np.exp(-np.cumsum(rate))
    return weight, count, water, count * rate


def _write_movements(company, sources, targets, count, weight, when):
    if not sources:
        rows = [{"kind": "STOCKING", "target": t, "count": count // len(targets)} for t in targets]
    else:
        rows = [
            {"kind": "TRANSFER", "source": sources[i % len(sources)], "target": t, "count": count // len(targets)}
            for i, t in enumerate(targets)
        ]
    Movement.objects.using(DB).bulk_create(
        Movement(company=company, date=when, mean_weight_g=float(weight), **row) for row in rows
    )


def _write_samples(company, placement, day, length, weight, rng):
    WeightSample.objects.using(DB).bulk_create(
        WeightSample(
            company=company,
            placement=placement,
            date=_compute_date(d),
            fish_weighed=60,
            method="HAND",
            mean_weight_g=round(float(weight[d] * np.exp(rng.normal(0, 0.045))), 2),
            sd_g=float(weight[d] * 0.24),
        )
        for d in range(day + 12, day + length, 21)
    )


def _write_treatment(company, placement, kind, method, day):
    Treatment.objects.using(DB).create(
        company=company,
        placement=placement,
        kind=kind,
        method=method,
        start=_compute_date(day),
        stop=_compute_date(day),
    )


def _write_states(model, owner, day, length, weight, count, water, deaths, *, is_batch=False):
    rows = []
    for d in range(day, day + length):
        since = (d - day) % 21 + 4
        sd = float(weight[d] * (0.012 + 0.0022 * since))
        biomass = float(weight[d] * count[d] / 1000)
        extra = {"day": d} if is_batch else {}
        rows.append(
            model(
                company_id=next(iter(owner.values())).company_id,
                date=_compute_date(d),
                count=int(count[d]),
                count_estimate=float(count[d] * 0.994),
                count_sd=float(count[d] * 0.011),
                mean_weight_g=float(weight[d]),
                mean_weight_sd_g=sd,
                biomass_kg=biomass,
                biomass_sd_kg=biomass * (0.014 + 0.0022 * since),
                **_build_hindsight(float(weight[d]), float(count[d] * 0.994)),
                temperature_c=float(water[d]),
                degree_days=float(water[: d + 1].sum()),
                deaths=int(deaths[d]),
                feed_kg=0.0 if weight[d] < 0.2 else biomass * 0.009,
                fcr=None if weight[d] < 1 else 1.08,
                tgc_multiplier=1.04,
                provenance=16 if since == 4 else (1 if d % 9 == 0 else 0),
                **owner,
                **extra,
            )
        )
    model.objects.using(DB).bulk_create(rows)


def _build_hindsight(weight, fish):
    """What later records made of a day: a little heavier than was known on it, and surer."""
    biomass = 1.05 * weight * fish / 1000
    return {
        "hindsight_count": fish,
        "hindsight_count_sd": fish * 0.009,
        "hindsight_weight_g": 1.05 * weight,
        "hindsight_weight_sd_g": weight * 0.02,
        "hindsight_biomass_kg": biomass,
        "hindsight_biomass_sd_kg": biomass * 0.012,
    }
