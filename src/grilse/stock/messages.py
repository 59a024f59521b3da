"""Refusals of events of fish that several callers share: every interface gives the same text."""

from collections.abc import Sequence
from datetime import date

MAX_WEIGHT_G = 1e6
MAX_LENGTH_CM = 250.0
MAX_DECIMALS = 9
COUNT_WITHDRAWN = "the count that it followed from was withdrawn"


def describe_future_date(day: date, zone: str) -> str:
    """Say that a day is in the future."""
    return f"{day} is later than tomorrow ({zone}): enter it when it has happened"


def describe_local_day(time: str, day: date, zone: str) -> str:
    """Name a time, with the day that it is of in a time zone."""
    return f"{time} ({day} in {zone})"


def describe_day_before_start(day: date | str, placement: str, start: date) -> str:
    """Say that a day is before the start of its placement."""
    remedy = "choose a later day, or correct or enter the stocking or transfer that it starts with"
    return f"{day} is before its placement: {placement} starts on {start}; {remedy}"


def describe_day_after_stop(day: date | str, placement: str, stop: date) -> str:
    """Say that a day is after the end of its placement."""
    remedy = "choose an earlier day, or correct or withdraw the movement that emptied it"
    return f"{day} is after its placement: {placement} ends on {stop}; {remedy}"


def describe_extra_side(kind: str, side: str) -> str:
    """Say that a kind of movement does not have a side."""
    return f"{kind} has no {side}: leave it out"


def describe_missing_side(kind: str, side: str) -> str:
    """Say that a kind of movement needs a side."""
    return f"{kind} must have a {side}: enter its placement"


def describe_single_side(kind: str) -> str:
    """Say that a kind of movement has one of both sides."""
    return f"{kind} has a source or a target, not both: leave one out"


def describe_same_sides() -> str:
    """Say that source and target are the same."""
    return "the fish go where they were: choose another placement"


def describe_order_not_allowed() -> str:
    """Say that only transfers belong to an order."""
    return "only a TRANSFER belongs to an order: leave the order out"


def describe_invalid_weight(grams: float) -> str:
    """Say that a mean weight is out of range."""
    return f"a mean weight of {grams:.12g} g: it has to be above 0 and at most {MAX_WEIGHT_G:,.0f}"


def describe_no_fish(count: int, placement: str) -> str:
    """Say that a count is below 1."""
    return f"{count} fish, {placement}: only a row that replaces another may have 0; enter at least 1"


def describe_missing_fish(count: int, day: date | str) -> str:
    """Say that more fish left than the placement had."""
    return f"{format_fish_count(count)} missing on {day}"


def describe_final_imbalance(count: int, day: date | str) -> str:
    """Say that a placement does not end with 0 fish; a count below 0 is of missing fish."""
    return f"{format_fish_count(abs(count))} {'left over' if count > 0 else 'missing'} when it ends on {day}"


def describe_unbalanced(placement: str, why: str) -> str:
    """Say why the ledger of a placement would not balance."""
    remedy = "correct a count, or enter what is missing: a movement, or the difference as a COUNT_CORRECTION"
    return f"{placement} would not balance: {why}; {remedy}"


def format_figure(value: float, digits: int = 4) -> str:
    """Return a figure with some significant digits, and without an exponent."""
    return f"{float(f'{value:.{digits}g}'):,.15g}"


def format_fish_count(count: int) -> str:
    """Return a number of fish in words."""
    return f"{count:,} fish"


def describe_closed_batch(batch: str) -> str:
    """Say that a batch has no active placement."""
    return f"batch {batch} is closed: withdraw or correct the row that emptied its last pen first"


def describe_occupied_container(
    container: str, day: date, batch: str, placement: str, start: date, stop: date | None
) -> str:
    """Say that a container is occupied, or will be."""
    until = f"to {stop}" if stop else "on"
    return (
        f"{container} is not free on {day}: batch {batch} is there from {start} {until} ({placement});"
        " empty it first or choose another container"
    )


def describe_density_excess(container: str, kg_m3: float, limit: float, day: date, *, is_past: bool = False) -> str:
    """Say that a container exceeds its density limit, and what to do before or after the fish have come."""
    density, allowed = format_apart(kg_m3, limit)
    if is_past:
        what = f"{container} held {density} kg/m³ on {day}, its limit is {allowed}"
        return f"{what}: correct the count or the weight, or raise the limit of the container"
    what = f"{container} would hold {density} kg/m³ on {day}, its limit is {allowed}"
    return f"{what}: move fewer fish or choose a larger container"


def describe_unlikely_density(container: str, kg_m3: float, day: date) -> str:
    """Say that fish are denser than fish can be kept."""
    what = f"{container} would hold {kg_m3:,.0f} kg/m³ on {day}"
    return f"{what}: correct the count, the weight (g) or the volume of the container (m³)"


def describe_biomass_excess(area: str, kg: float, limit: float, day: date, *, is_past: bool = False) -> str:
    """Say that a site exceeds its biomass limit, and what to do before or after the fish have come."""
    tonnes, allowed = format_apart(kg / 1000, limit / 1000)
    if is_past:
        what = f"{area} held {tonnes} t on {day}, its limit is {allowed}"
        return f"{what}: correct the counts or the weights, or raise the limit of the site"
    return f"{area} would hold {tonnes} t on {day}, its limit is {allowed}: move fewer fish or harvest there first"


def format_apart(value: float, limit: float, *, decimals: int = 1) -> tuple[str, str]:
    """Return a value that is over its limit, and the limit, with as many decimals as tell them apart."""
    shown_limit = f"{limit:,.{MAX_DECIMALS}f}".rstrip("0").rstrip(".")
    for digits in range(decimals, MAX_DECIMALS + 1):
        if round(value, digits) > round(limit, MAX_DECIMALS):
            return f"{value:,.{digits}f}", shown_limit
    return repr(value), repr(limit)


def format_distinct(value: float, *limits: float, decimals: int = 1) -> str:
    """Return a value with as many decimals as tell on which side of limits it is."""
    for digits in range(decimals, MAX_DECIMALS + 1):
        shown = round(value, digits)
        if all((shown < limit, shown > limit) == (value < limit, value > limit) for limit in limits):
            return f"{value:,.{digits}f}"
    return repr(value)


def describe_order_of_other_batch(order: str) -> str:
    """Say that an order is of another batch."""
    return f"{order} is an order of another batch: choose one of the batch that the fish leave"


def describe_day_before_batch(day: date, batch: str, start: date) -> str:
    """Say that a day is before the start of a batch."""
    return f"{day} is before batch {batch}: it starts on {start}; choose a later day, or correct its stocking first"


def describe_unknown_choice(value: str, choices: Sequence[str]) -> str:
    """Say that a value is not one of the choices."""
    return f"{value or 'nothing'} is none of {', '.join(choices)}"


def describe_gutted_weight(placement: str, kg: float, count: int, live_g: float) -> str:
    """Say what fish weigh gutted, and what they weighed alive, where it is known."""
    gutted = f"{format_fish_count(count)} of {placement} weigh {format_figure(kg, 9)} kg gutted"
    if not live_g > 0 or not count > 0:
        return gutted
    live_kg = count * live_g / 1000
    share = format_distinct(100 * kg / live_kg, *USUAL_GUTTED_PERCENT, 100)
    return f"{gutted}, {share} % of the {format_figure(live_kg, 6)} kg that they weighed alive"


CORRECT_GUTTED_WEIGHT = "fish lose 8 to 20 % when they are gutted: correct the gutted kg, the count or the live weight"
USUAL_GUTTED_PERCENT = (75, 98)
CONFIRM_GUTTED_WEIGHT = "usual are 75 to 98 %: correct the gutted kg, the count or the live weight, or confirm them"


def describe_unexpected_weight(placement: str, day: date, grams: float, expected_g: float) -> str:
    """Say what fish weigh, and what they were expected to weigh."""
    what = f"fish of {placement} weigh {format_figure(grams)} g on {day}, expected are {format_figure(expected_g)} g"
    return f"{what}: correct this weight or those before it, or confirm it"


def describe_excess_grades(placement: str, graded: int, harvested: int) -> str:
    """Say that grades hold more fish than were harvested."""
    return f"the grades of {placement} hold {graded:,} fish, harvested were {harvested:,}: correct one of them"


CORRECT_GRADE = "correct its count or its gutted kg"


def describe_grade_weight(placement: str, grade: str, kg: float, count: int, live_g: float) -> str:
    """Say what the fish of a grade weigh gutted, and what the fish of the harvest weighed alive, where it is known."""
    gutted = f"{format_fish_count(count)} of grade {grade} of {placement} weigh {format_figure(kg, 9)} kg gutted"
    if not live_g > 0 or not count > 0:
        return gutted
    return f"{gutted}, {format_figure(1000 * kg / count)} g each, and {format_figure(live_g)} g alive"


def describe_unlikely_shape(placement: str, day: date, mean_g: float, sd_g: float, k_factor: float) -> str:
    """Say that the spread or the condition of weighed fish is not that of fish."""
    figures = [f"spread of {format_figure(sd_g)} g"] if sd_g == sd_g else []
    figures += [f"condition factor of {k_factor:.3g}"] if k_factor == k_factor else []
    what = f"fish of {placement} of {format_figure(mean_g)} g have a {' and a '.join(figures)} on {day}"
    return f"{what}: correct the weights, the spread or the lengths (cm), or confirm them"


def describe_many_examined(placement: str, day: date, count: int, fish: int) -> str:
    """Say that more fish were examined than a placement had."""
    what = f"{format_fish_count(count)} of {placement} examined on {day}, which had {fish:,}"
    return f"{what}: correct the number, enter the fish that came before, or confirm it"


def describe_large_difference(placement: str, day: date, difference: int) -> str:
    """Say how many fish the ledger has beyond a count, below 0 too few."""
    fish = f"{format_fish_count(abs(difference))} {'more' if difference > 0 else 'fewer'}"
    what = f"the ledger of {placement} has {fish} than were counted or left on {day}"
    return f"{what}: correct the count, enter the movement that is missing, or confirm it"


def describe_stage_weight(placement: str, day: date, grams: float, stage: str, usual: tuple[float, float]) -> str:
    """Say that stocked fish weigh what no fish of their stage weigh."""
    lightest, heaviest = usual
    what = f"fish of {placement} weigh {format_figure(grams)} g on {day}"
    what = f"{what}, usual for {stage} are {lightest:,g} to {heaviest:,g} g"
    return f"{what}: correct the weight (g) or the stage, or confirm it"


def describe_large_meal(placement: str, day: date, feed_kg: float, biomass_kg: float) -> str:
    """Say that a meal is more than fish can eat."""
    what = f"a meal of {format_figure(feed_kg, 9)} kg for {placement} on {day}, whose fish weigh {biomass_kg:,.1f} kg"
    return f"{what}: correct the mass, or the count or weight of the fish, or confirm it"


def describe_excess_weighed(weighed: int, count: int, placement: str) -> str:
    """Say that more fish were weighed than moved."""
    return f"{format_fish_count(weighed)} weighed of {count:,} of {placement}: correct one of them"


def describe_many_deaths(placement: str, day: date, count: int, fish: int) -> str:
    """Say what share of the fish of a placement died in one day."""
    what = f"{count:,} of {fish:,} fish of {placement} ({100 * count / fish:.0f} %) died on {day}"
    return f"{what}: correct the count, or confirm it"


def describe_other_losses(placement: str, day: date, entered: int, known: int) -> str:
    """Ask whether fish are further ones where somebody entered losses of the day meanwhile."""
    return (
        f"{entered:,} fish of {placement} are entered for {day}, of which you saw {known:,}: confirm that these are"
        " further fish"
    )


def describe_followed_count(day: date, *, is_end: bool) -> str:
    """Say which count a correction follows from; the reason of a row that replaces another."""
    return f"follows from the {'end' if is_end else 'count'} of {day}"


def describe_derived_correction(placement: str, day: date, *, is_end: bool) -> str:
    """Say that a count correction cannot be changed by itself."""
    what = "end: correct or withdraw the row that emptied it" if is_end else "count: correct or withdraw the count"
    return f"the correction follows from {placement} on {day}, its {what}"


def describe_entered_counting() -> str:
    """Say that a count correction cannot be entered as one that follows from a count."""
    return "COUNTING is the cause of corrections that follow from counts: enter the count, or leave the cause out"


def describe_fish_without_arrival(placement: str, record: str) -> str:
    """Say that the last arrival of a placement cannot be withdrawn."""
    return f"no fish would have come to {placement}, yet there is {record}: withdraw that first"


def describe_record_before_start(placement: str, day: date, record: str) -> str:
    """Say that a placement cannot start on a day."""
    return f"{placement} cannot start on {day}: there is {record}; correct or withdraw that first"


def describe_start_after_end(placement: str, start: date) -> str:
    """Say that a placement would end before it has started."""
    return f"{placement} starts on {start}: it can be emptied from the day after"


def describe_no_emptying_kind(kind: str, kinds: Sequence[str]) -> str:
    """Say that a kind of movement cannot be the last of its placement."""
    return f"a {kind} does not empty a placement, {', '.join(kinds)} do: enter the last fish as one of them"
