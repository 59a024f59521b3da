"""What figures mean, how they are computed, and where that comes from."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class HelpText:
    """The text of a help mark."""

    title: str
    meaning: str
    formula: str = ""
    source: str = ""


HELP_TEXTS = {
    "weight": HelpText(
        title="Mean weight",
        meaning="The estimated mean weight of the fish, with the half width of its 90 % interval.",
        formula="± 1.645 · standard deviation",
        source="Estimate from weight samples, feed, temperature and harvests.",
    ),
    "biomass": HelpText(
        title="Biomass",
        meaning="The estimated weight of all fish together, with the half width of its 90 % interval.",
        formula="fish · mean weight",
        source="NS 9417",
    ),
    "plan": HelpText(
        title="Vs plan",
        meaning="How much heavier (+) or lighter (−) the fish are than the plan of the same day.",
        formula="100 · (mean weight ÷ planned weight − 1)",
    ),
    "mortality": HelpText(
        title="Weekly mortality",
        meaning="Fish that died in seven days, as a share of the fish at the start of them.",
        formula="100 · deaths of 7 days ÷ fish",
        source="NS 9417",
    ),
}
