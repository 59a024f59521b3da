"""What is refused of fish, in words: every door says the same."""

from collections.abc import Sequence
from datetime import date

MAX_WEIGHT_G = 1e6
MAX_LENGTH_CM = 250.0


def describe_future_date(day: date) -> str:
    """Say that a day has not come."""
    return f"{day} is later than tomorrow (UTC): enter it when it has happened"


def describe_day_before_start(day: date, placement: str, start: date) -> str:
    """Say that fish did not stand somewhere yet."""
    return f"{day} is before its placement: {placement} starts on {start}"


def describe_day_after_stop(day: date, placement: str, stop: date) -> str:
    """Say that fish did not stand somewhere any more."""
    return f"{day} is after its placement: {placement} ends on {stop}"


def describe_missing(what: str, id: int | str) -> str:
    """Say that nothing of this kind has an id or name, whether it is nobody's or another company's."""
    return f"there is no {what} {id}"


def describe_extra_side(kind: str, side: str) -> str:
    """Say that a kind of movement has not the side that is given."""
    return f"{kind} has no {side}"


def describe_missing_side(kind: str, side: str) -> str:
    """Say that a kind of movement lacks a side."""
    return f"{kind} must have a {side}"


def describe_single_side(kind: str) -> str:
    """Say that a kind of movement has one side, whichever."""
    return f"{kind} has a source or a target, not both"


def describe_same_sides() -> str:
    """Say that a movement moves nothing."""
    return "the fish go where they were"


def describe_order_not_allowed() -> str:
    """Say that only moves belong to an order."""
    return "only a TRANSFER belongs to an order"


def describe_invalid_weight(grams: float) -> str:
    """Say that no fish weighs so much, or nothing."""
    return f"a mean weight of {grams:g} g: it has to be above 0 and at most {MAX_WEIGHT_G:,.0f}"


def describe_no_fish(count: int, placement: str) -> str:
    """Say that nothing happened to fewer than one fish."""
    return f"{count} fish, {placement}: only a row that replaces another may have 0"


def describe_missing_fish(count: int, day: date | str) -> str:
    """Say that more fish left than there were."""
    return f"{format_fish_count(count)} missing on {day}"


def describe_final_imbalance(count: int, day: date | str) -> str:
    """Say that a placement does not end empty; below 0 are missing."""
    return f"{format_fish_count(abs(count))} {'left over' if count > 0 else 'missing'} when it ends on {day}"


def describe_unbalanced(placement: str, why: str) -> str:
    """Say which placement has a ledger that does not add up."""
    return f"{placement} would not balance: {why}"


def format_fish_count(count: int) -> str:
    """Return a number of fish in words."""
    return f"{count:,} fish"


def describe_closed_batch(batch: str) -> str:
    """Say that no fish of a batch stand anywhere."""
    return f"batch {batch} is closed: withdraw or correct the row that emptied its last pen first"


def describe_occupied_container(
    container: str, day: date, batch: str, placement: str, start: date, stop: date | None
) -> str:
    """Say that fish stand, or will stand, in a container."""
    until = f"to {stop}" if stop else "on"
    return (
        f"{container} is not free on {day}: batch {batch} stands there from {start} {until} ({placement});"
        " empty it first or choose another container"
    )


def describe_density_excess(container: str, kg_m3: float, limit: float, day: date) -> str:
    """Say that a container would hold more fish than it may."""
    return (
        f"{container} would hold {kg_m3:.1f} kg/m³ on {day}, its limit is {limit:g}:"
        " move fewer fish or choose a larger container"
    )


def describe_biomass_excess(area: str, kg: float, limit: float, day: date) -> str:
    """Say that a site would hold more biomass than it may."""
    return (
        f"{area} would hold {kg / 1000:,.1f} t on {day}, its limit is {limit / 1000:,.1f}:"
        " move fewer fish or harvest there first"
    )


def describe_fallow_site(site: str, emptied: date, days: int, until: date) -> str:
    """Say that a site has to rest."""
    rest = f"{site} lies fallow until {until}, {days} days from {emptied}"
    return f"{rest}: stock it then or choose another site"


def describe_end_on_first_day(placement: str, start: date) -> str:
    """Say that a placement cannot end on the day it starts."""
    return f"{placement} starts on {start}: it can be emptied from the day after"


def describe_later_record(placement: str, day: date, what: str) -> str:
    """Say that something of a placement cannot be if a day is its last."""
    return f"{placement} cannot end on {day}: there is {what}; correct or withdraw that first"


def describe_ended_placement(placement: str, stop: date) -> str:
    """Say that a placement is closed already."""
    return f"{placement} ended on {stop}: nothing stands there to be emptied"


def describe_harvest(placement: str, day: date) -> str:
    """Name a harvest."""
    return f"the harvest of {placement} on {day}"


def describe_duplicate(what: str) -> str:
    """Say that something is entered."""
    return f"{what} is there already: correct it"


def describe_grade_excess(placement: str, graded: int, count: int) -> str:
    """Say that grades hold more fish than were harvested."""
    return f"the grades of {placement} hold {format_fish_count(graded)}, harvested were {count:,}: correct one of them"


def describe_order_of_other_batch(order: str) -> str:
    """Say that an order moves other fish."""
    return f"{order} is an order of another batch"


def describe_placement_mismatch(placement: str, batch: str) -> str:
    """Say that a placement holds other fish."""
    return f"{placement} is not a placement of batch {batch}"


def describe_day_before_batch(day: date, batch: str, start: date) -> str:
    """Say that a batch is not there yet."""
    return f"{day} is before batch {batch}: it starts on {start}"


def describe_no_planned_line(order: str) -> str:
    """Say that an order moves nothing."""
    return f"{order} has no line that is still planned"


def describe_line_status(order: str, source: str, container: str, status: str) -> str:
    """Say that a line of an order is not to be carried out any more."""
    return f"{order}, {source} to {container}, is {status} already"


def describe_unknown_choice(given: str, known: Sequence[str]) -> str:
    """Say that a word is none of those that are taken."""
    return f"{given or 'nothing'} is none of {', '.join(known)}"


def describe_invalid_cause_code(cause: str) -> str:
    """Say that a cause is not written as one."""
    return f"{cause} is no code of a cause: use capitals, digits and _"


def describe_closing_count(placement: str, corrected: int) -> str:
    """Say what a count at the end found; above 0 the ledger had too many fish, below 0 too few."""
    if not corrected:
        return f"{placement} is empty, and its ledger agrees"
    what = "more than left: taken out" if corrected > 0 else "fewer than left: added"
    return f"{placement} is empty; its ledger had {format_fish_count(abs(corrected))} {what} as a count correction"


def describe_live_sale_grades(placement: str) -> str:
    """Say that grades are of slaughtered fish."""
    return f"fish of {placement} that are sold alive have no grades: enter a HARVEST, or leave them out"


def describe_empty_lot(placement: str, lot: str) -> str:
    """Say that a lot has no fish."""
    return f"lot {lot} of {placement} has no grades: say how many fish of which grade it holds"


def describe_unknown_stage(order: int, known: str) -> str:
    """Say that a species has no stage of an order."""
    return f"there is no stage {order}: {known}"


def describe_empty_batch(batch: str) -> str:
    """Say that a batch would begin without fish."""
    return f"batch {batch} starts with no fish: name the containers that it is stocked into"


def describe_duplicate_stocking(batch: str, container: int) -> str:
    """Say that a container is named twice."""
    return f"batch {batch} is stocked into container {container} twice: add the fish up"


def describe_empty_order(batch: str) -> str:
    """Say that an order would move nothing."""
    return f"an order of batch {batch} moves no fish: say from which placements into which containers"


def describe_duplicate_line(source: str, container: str) -> str:
    """Say that an order names one way twice."""
    return f"{source} to {container} is there twice: add the fish up"


def describe_same_placement(placement: str) -> str:
    """Say that fish would move nowhere."""
    return f"the fish of {placement} go where they were: choose another container, or empty it as they leave"


def describe_concurrent_move(container: str) -> str:
    """Say that somebody else was quicker."""
    return f"somebody moved fish into {container} just now: look again, then move these"


def describe_duplicate_move(line: int) -> str:
    """Say that a line is named twice."""
    return f"line {line} is there twice: add the fish up, or send the second day by itself"


def describe_missing_weight() -> str:
    """Say that a sample holds no weight."""
    return "a sample needs its fish, or how many were weighed and their mean weight"


def describe_double_weight() -> str:
    """Say that a sample says one thing in two ways."""
    return "a sample is given fish by fish, or as number, mean and spread: leave one of them out"


def describe_too_few_weighed(count: int) -> str:
    """Say that a sample is of no fish."""
    return f"{count} fish weighed: a sample is of at least one"


def describe_negative_sd(grams: float) -> str:
    """Say that no spread is below nothing."""
    return f"a standard deviation of {grams:g} g: it cannot be below 0"


def describe_invalid_length(cm: float) -> str:
    """Say that no fish is so long."""
    return f"a length of {cm:g} cm: it has to be above 0 and at most {MAX_LENGTH_CM:g}"


def describe_negative_gutted_kg(grade: str, kg: float) -> str:
    """Say that no fish weigh less than nothing."""
    return f"{kg:g} kg gutted of grade {grade}: it cannot be below 0"


def describe_missing_exclusion() -> str:
    """Say that nobody would know why a sample does not count."""
    return "say why the sample is not representative"
