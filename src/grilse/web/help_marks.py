"""What figures mean, how they are computed, and where that comes from."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from grilse.languages import Label


@dataclass(frozen=True, kw_only=True, slots=True)
class HelpText:
    """The text of a help mark."""

    title: Label
    meaning: Label
    formula: Label = ""
    source: Label = ""


HELP_TEXTS = {
    "weight": HelpText(
        title=_("Mean weight"),
        meaning=_("The estimated mean weight of the fish, with the half width of its 90 % interval."),
        formula=_("± 1.645 · standard deviation"),
        source=_("Estimate from weight samples, feed, temperature and harvests."),
    ),
    "biomass": HelpText(
        title=_("Biomass"),
        meaning=_("The estimated weight of all fish together, with the half width of its 90 % interval."),
        formula=_("fish · mean weight"),
        source="NS 9417",
    ),
    "plan": HelpText(
        title=_("Vs plan"),
        meaning=_("How much heavier (+) or lighter (−) the fish are than the plan of the same day."),
        formula=_("100 · (mean weight ÷ planned weight − 1)"),
    ),
    "mortality": HelpText(
        title=_("Weekly mortality"),
        meaning=_("Fish that died in seven days, as a share of the fish at the start of them."),
        formula=_("100 · deaths of 7 days ÷ fish"),
        source="NS 9417",
    ),
    "mortality-30": HelpText(
        title="Mortality, 30 days",
        meaning="Fish that died in the last 30 days of records, as a share of the fish that were at risk.",
        formula="100 · (1 − exp(−deaths ÷ mean number of fish))",
        source="NS 9417",
    ),
    "fcr": HelpText(
        title="FCR",
        meaning="Feed of the days, per growth of the fish, those that died included: the biological feed factor.",
        formula="kg fed ÷ kg gained",
        source="Feed as entered; growth from the estimate.",
    ),
    "ready": HelpText(
        title="Ready for harvest",
        meaning="Biomass of the batches whose mean weight reaches its target by then, on the day on which it does.",
        formula="median of the newest forecast of each batch",
        source="Forecasts, each with the target weight that it was made for.",
    ),
}
