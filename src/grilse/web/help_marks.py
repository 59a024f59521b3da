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
    "density": HelpText(
        title=_("Density"),
        meaning=_("The estimated biomass in a container for its volume, and its share of the limit of the container."),
        formula=_("biomass ÷ volume"),
    ),
    "window mortality": HelpText(
        title=_("Mortality"),
        meaning=_("The share of fish that died in the last 7, 30 or 90 days of records."),
        formula=_("100 · (1 − exp(−deaths ÷ mean fish at risk))"),
        source="NS 9417",
    ),
    "life mortality": HelpText(
        title=_("Mortality"),
        meaning=_("The fish that died in the container, as a share of those that came in."),
        formula=_("100 · dead ÷ fish in"),
    ),
    "lice-of-site": HelpText(
        title=_("Lice"),
        meaning=_(
            "Adult females per fish in the last week with counts, over all pens of the site, and the limit of the "
            "rules on the day of the figures. The forecast continues the trend of the last four weeks for 14 days."
        ),
        source=_("Limits of the geography, by week of the year."),
    ),
    "feed days": HelpText(
        title=_("Feed"),
        meaning=_("What the stores of the site hold, and how many days it lasts at the mean feeding of the last week."),
        formula=_("feed left ÷ feed per day"),
    ),
    "mortality": HelpText(
        title=_("Weekly mortality"),
        meaning=_("Fish that died in seven days, as a share of the fish at the start of them."),
        formula=_("100 · deaths of 7 days ÷ fish"),
        source="NS 9417",
    ),
    "mortality-30": HelpText(
        title=_("Mortality, 30 days"),
        meaning=_("Fish that died in the last 30 days of records, as a share of the fish that were at risk."),
        formula=_("100 · (1 − exp(−deaths ÷ mean number of fish))"),
        source="NS 9417",
    ),
    "fcr": HelpText(
        title=_("FCR"),
        meaning=_("Feed of the days, per growth of the fish, those that died included: the biological feed factor."),
        formula=_("kg fed ÷ kg gained"),
        source=_("Feed as entered; growth from the estimate."),
    ),
    "ready": HelpText(
        title=_("Ready for harvest"),
        meaning=_("Biomass of the batches whose mean weight reaches its target by then, on the day on which it does."),
        formula=_("median of the newest forecast of each batch"),
        source=_("Forecasts, each with the target weight that it was made for."),
    ),
    "mortality-window": HelpText(
        title=_("Mortality of 7, 30 and 90 days"),
        meaning=_("Fish that died in the last 7, 30 or 90 days, as a share of the fish that were there."),
        formula=_("100 · (1 − e^(−dead ÷ mean number of fish))"),
        source="NS 9417",
    ),
    "biomass-limit": HelpText(
        title=_("Of limit"),
        meaning=_("The biomass as a share of the most that a sea site may hold; of several sites, of those with fish."),
        formula=_("100 · biomass ÷ maximum allowed biomass"),
    ),
    "lice": HelpText(
        title=_("Lice"),
        meaning=_("Adult females per fish in the last week with a count, of at most four, and the limit of that week."),
        formula=_("adult females ÷ fish counted"),
    ),
    "feed-days": HelpText(
        title=_("Feed, days"),
        meaning=_("How long the feed in the stores lasts; of several halls or sites, of the first that runs out."),
        formula=_("feed left ÷ feed per day of the last 7 days"),
    ),
    "lowest-oxygen": HelpText(
        title=_("Oxygen"), meaning=_("The lowest oxygen saturation that a sensor measured in the last 7 days.")
    ),
}
