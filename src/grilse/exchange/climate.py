"""Typical temperatures and lice limits of a new geography whose package has none."""

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.access.models import Company
from grilse.bulk.copy import copy_in, read_columns
from grilse.bulk.table import Table
from grilse.farm.models import Geography
from grilse.growth.default_models import DAYS, build_temperature_profile
from grilse.growth.models import TemperatureProfile
from grilse.health.limits import load_limits
from grilse.science.parameters import load_parameters
from grilse.science.temperature import seasonal_harmonics

MONTHS = 10  # of the year with measurements that a package needs for its own climatology
SEA_DAYS = (
    "SELECT extract(doy FROM d.date)::int AS day, extract(month FROM d.date)::int AS month,"
    " d.temperature_mean AS temperature_c"
    " FROM environment_dailyenvironment d JOIN farm_container c ON c.id = d.container_id"
    " JOIN farm_area a ON a.id = c.area_id WHERE d.company_id = %(company)s"
    " AND a.geography_id = %(geography)s AND d.temperature_mean IS NOT NULL ORDER BY d.date, d.container_id"
)
LIMIT = (
    "INSERT INTO health_licelimit (company_id, geography_id, kind, valid_from, valid_to, week_from, week_to,"
    " adult_females, source) VALUES (%(company)s, %(geography)s, %(kind)s, %(valid_from)s, %(valid_to)s,"
    " %(week_from)s, %(week_to)s, %(adult_females)s, %(source)s)"
)


def write_climates(connection: Connection[Any], company: int, names: Collection[str], brought: Collection[str]) -> None:
    """Write the profiles and limits of new geographies that the package's tables lack."""
    query = "SELECT id, name FROM farm_geography WHERE company_id = %s AND name = ANY(%s) ORDER BY name"
    for key, name in connection.execute(query, [company, list(names)]).fetchall():
        if "temperature_profiles" not in brought:
            write_profile(connection, company, key, name)
        if "lice_limits" not in brought:
            rows = [{"valid_to": None, "source": "", **row} for row in load_limits(name)]
            with connection.cursor() as cursor:
                cursor.executemany(LIMIT, [{"company": company, "geography": key, **row} for row in rows])


def write_profile(connection: Connection[Any], company: int, key: int, name: str) -> None:
    """Write the profile of a known climate, else one of the measured temperatures, else none."""
    climate = find_known_climate(name)
    if climate:
        rows = build_temperature_profile(Company(pk=company), Geography(pk=key, name=name), climate)
        usual = np.array([[row.temperature_c, row.sd_c] for row in rows])
    else:
        measured = read_columns(
            connection,
            SEA_DAYS,
            {"day": "int4", "month": "int4", "temperature_c": "float4"},
            {"company": company, "geography": key},
        )
        if len(np.unique(measured["month"])) < MONTHS:
            return
        usual = fit_climatology(measured["day"].astype(np.int64), measured["temperature_c"].astype(np.float64))
    columns = {
        "company_id": np.full(DAYS, company),
        "geography_id": np.full(DAYS, key),
        "day_of_year": np.arange(1, DAYS + 1),
        "temperature_c": usual[:, 0],
        "sd_c": usual[:, 1],
    }
    copy_in(connection, Table.from_model(TemperatureProfile), columns)


def find_known_climate(name: str) -> str:
    """Return the known climate of a geography, as `faroe` of the Faroe Islands; empty for any other."""
    known: dict[str, Any] = load_parameters("climate")["sea"]
    return next((climate for climate in known if name.casefold().startswith(climate)), "")


def fit_climatology(day: NDArray[np.int64], temperature: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (366, 2) means and standard deviations, °C: two harmonics fitted to the measurements."""
    design = np.column_stack([np.ones(len(day)), seasonal_harmonics(day)])
    fit = np.linalg.lstsq(design, temperature, rcond=None)[0]
    spread = float((temperature - design @ fit).std())
    days = np.arange(1, DAYS + 1)
    means = np.column_stack([np.ones(DAYS), seasonal_harmonics(days)]) @ fit
    return np.column_stack([means, np.full(DAYS, spread)]).round(3)
