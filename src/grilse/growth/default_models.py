"""The growth and mortality models that every company begins with."""

from grilse.growth.models import GrowthModel, MortalityModel
from grilse.science.parameters import load_entries, load_parameters

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
