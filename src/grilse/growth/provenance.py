"""Texts on the origin of a state's figures."""

from datetime import date

from grilse.science.estimation.weight_observations import Provenance

MEANINGS = {
    Provenance.TEMPERATURE_INTERPOLATED: "temperature between two measured days",
    Provenance.TEMPERATURE_OF_SITE: "temperature from other containers of the site",
    Provenance.TEMPERATURE_OF_CLIMATE: "temperature usual for the season",
    Provenance.TEMPERATURE_ASSUMED: "temperature assumed",
    Provenance.WEIGHT_SAMPLED: "weight sample",
    Provenance.WEIGHT_AT_TRANSFER: "weighed at transfer",
    Provenance.SAMPLE_SELECTED: "largest or smallest fish weighed",
    Provenance.OUTLIER: "record far from the rest, taken with less weight",
    Provenance.WEIGHT_ASSUMED: "weight assumed from the stage",
    Provenance.BEFORE_FEEDING: "before first feeding",
    Provenance.FISH_ARRIVED: "fish arrived",
    Provenance.WEIGHT_AT_HARVEST: "weighed at harvest",
    Provenance.STAGE_DEFAULTS: "growth model from the literature",
    Provenance.FASTED: "fish fasted",
    Provenance.FED: "feed of the week",
}


def list_flag_names(flags: int) -> list[str]:
    """Return the names of the flags that are set, such as WEIGHT_SAMPLED."""
    return [str(flag.name) for flag in Provenance(flags)]


def describe_model_source(learned_before: date) -> str:
    """Return the text on the harvests that a growth model version was learned from."""
    return f"growth model learned from harvests before {learned_before.day} {learned_before:%b %Y}"
