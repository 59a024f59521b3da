"""The growth and mortality models and temperature profiles that a company begins with."""

import numpy as np

from grilse.access.models import Company
from grilse.farm.models import Geography
from grilse.growth.models import GrowthModel, MortalityModel, TemperatureProfile
from grilse.science.parameters import load_entries, load_parameters
from grilse.science.temperature import sea_climatology

STAGE_DEFAULTS = "Stage defaults"


def ensure_default_models(company_id: int, using: str = "default") -> None:
    """Create the models with which batches are planned, where the company has none of that name."""
    planning = load_parameters("planning")
    GrowthModel.objects.using(using).get_or_create(
        company_id=company_id,
        name=STAGE_DEFAULTS,
        defaults={"tgc": planning["stage_tgc"], "source": load_entries("planning")["stage_tgc"]["source"]},
    )
    MortalityModel.objects.using(using).get_or_create(
        company_id=company_id,
        name=STAGE_DEFAULTS,
        defaults={"monthly_rate": planning["monthly_rate"], "source": "science/parameters/planning.toml"},
    )


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
