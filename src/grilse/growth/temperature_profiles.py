"""The typical sea temperature of a climate, as rows of the profile."""

import numpy as np

from grilse.access.models import Company
from grilse.farm.models import Geography
from grilse.growth.models import TemperatureProfile
from grilse.science.parameters import load_parameters
from grilse.science.temperature import sea_climatology

DAYS = 366


def build_temperature_profile(company: Company, geography: Geography, climate: str) -> list[TemperatureProfile]:
    """Return a geography's profile, one unsaved row per day of the year."""
    days = np.arange(1, DAYS + 1)
    usual = sea_climatology(climate, days).round(3)
    known = load_parameters("climate")["sea"][climate]
    sd = float(np.hypot(known["anomaly_sd"], known["site_offset_sd"]).round(3))
    return [
        TemperatureProfile(
            company=company, geography=geography, day_of_year=int(day), temperature_c=float(value), sd_c=sd
        )
        for day, value in zip(days, usual, strict=True)
    ]
