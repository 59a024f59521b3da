"""What the bits of a state's provenance mean, in words for people."""

from grilse.science.estimation.observations import Provenance

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
}


def flag_names(flags: int) -> list[str]:
    """Return the names of the flags that are set, as in WEIGHT_SAMPLED."""
    return [str(flag.name) for flag in Provenance(flags)]
