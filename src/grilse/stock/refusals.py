"""What is refused of fish, in words: every door says the same."""

from collections.abc import Sequence
from datetime import date

HEAVIEST_G = 1e6
LONGEST_CM = 250.0


def future(day: date) -> str:
    """Say that a day has not come."""
    return f"{day} is later than tomorrow (UTC): enter it when it has happened"


def before_start(day: date, placement: str, start: date) -> str:
    """Say that fish did not stand somewhere yet."""
    return f"{day} is before its placement: {placement} starts on {start}"


def after_stop(day: date, placement: str, stop: date) -> str:
    """Say that fish did not stand somewhere any more."""
    return f"{day} is after its placement: {placement} ends on {stop}"


def missing(what: str, id: int | str) -> str:
    """Say that nothing of this kind has an id or name, whether it is nobody's or another company's."""
    return f"there is no {what} {id}"


def no_side(kind: str, side: str) -> str:
    """Say that a kind of movement has not the side that is given."""
    return f"{kind} has no {side}"


def needs_side(kind: str, side: str) -> str:
    """Say that a kind of movement lacks a side."""
    return f"{kind} must have a {side}"


def one_side(kind: str) -> str:
    """Say that a kind of movement has one side, whichever."""
    return f"{kind} has a source or a target, not both"


def nowhere() -> str:
    """Say that a movement moves nothing."""
    return "the fish go where they were"


def not_ordered() -> str:
    """Say that only moves belong to an order."""
    return "only a TRANSFER belongs to an order"


def weight(grams: float) -> str:
    """Say that no fish weighs so much, or nothing."""
    return f"a mean weight of {grams:g} g: it has to be above 0 and at most {HEAVIEST_G:,.0f}"


def no_fish(count: int, placement: str) -> str:
    """Say that nothing happened to fewer than one fish."""
    return f"{count} fish, {placement}: only a row that replaces another may have 0"


def fish_missing(count: int, day: date | str) -> str:
    """Say that more fish left than there were."""
    return f"{fish(count)} missing on {day}"


def fish_at_the_end(count: int, day: date | str) -> str:
    """Say that a placement does not end empty; below 0 are missing."""
    return f"{fish(abs(count))} {'left over' if count > 0 else 'missing'} when it ends on {day}"


def unbalanced(placement: str, why: str) -> str:
    """Say which placement has a ledger that does not add up."""
    return f"{placement} would not balance: {why}"


def fish(count: int) -> str:
    """Return a number of fish in words."""
    return f"{count:,} fish"


def closed(batch: str) -> str:
    """Say that no fish of a batch stand anywhere."""
    return f"batch {batch} is closed: withdraw or correct the row that emptied its last pen first"


def taken(container: str, day: date, batch: str, placement: str, start: date, stop: date | None) -> str:
    """Say that fish stand, or will stand, in a container."""
    until = f"to {stop}" if stop else "on"
    return (
        f"{container} is not free on {day}: batch {batch} stands there from {start} {until} ({placement});"
        " empty it first or choose another container"
    )


def too_dense(container: str, kg_m3: float, limit: float, day: date) -> str:
    """Say that a container would hold more fish than it may."""
    return (
        f"{container} would hold {kg_m3:.1f} kg/m³ on {day}, its limit is {limit:g}:"
        " move fewer fish or choose a larger container"
    )


def too_much(area: str, kg: float, limit: float, day: date) -> str:
    """Say that a site would hold more biomass than it may."""
    return (
        f"{area} would hold {kg / 1000:,.1f} t on {day}, its limit is {limit / 1000:,.1f}:"
        " move fewer fish or harvest there first"
    )


def fallow(site: str, emptied: date, days: int, until: date) -> str:
    """Say that a site has to rest."""
    rest = f"{site} lies fallow until {until}, {days} days from {emptied}"
    return f"{rest}: stock it then or choose another site"


def starts_that_day(placement: str, start: date) -> str:
    """Say that a placement cannot end on the day it starts."""
    return f"{placement} starts on {start}: it can be emptied from the day after"


def goes_on(placement: str, day: date, what: str) -> str:
    """Say that something of a placement cannot be if a day is its last."""
    return f"{placement} cannot end on {day}: there is {what}; correct or withdraw that first"


def ended(placement: str, stop: date) -> str:
    """Say that a placement is closed already."""
    return f"{placement} ended on {stop}: nothing stands there to be emptied"


def harvested(placement: str, day: date) -> str:
    """Name a harvest."""
    return f"the harvest of {placement} on {day}"


def there_already(what: str) -> str:
    """Say that something is entered."""
    return f"{what} is there already: correct it"


def graded(placement: str, graded: int, count: int) -> str:
    """Say that grades hold more fish than were harvested."""
    return f"the grades of {placement} hold {fish(graded)}, harvested were {count:,}: correct one of them"


def order_of_others(order: str) -> str:
    """Say that an order moves other fish."""
    return f"{order} is an order of another batch"


def not_of_batch(placement: str, batch: str) -> str:
    """Say that a placement holds other fish."""
    return f"{placement} is not a placement of batch {batch}"


def before_batch(day: date, batch: str, start: date) -> str:
    """Say that a batch is not there yet."""
    return f"{day} is before batch {batch}: it starts on {start}"


def no_lines(order: str) -> str:
    """Say that an order moves nothing."""
    return f"{order} has no line that is still planned"


def line_is(order: str, source: str, container: str, status: str) -> str:
    """Say that a line of an order is not to be carried out any more."""
    return f"{order}, {source} to {container}, is {status} already"


def none_of(given: str, known: Sequence[str]) -> str:
    """Say that a word is none of those that are taken."""
    return f"{given or 'nothing'} is none of {', '.join(known)}"


def no_code(cause: str) -> str:
    """Say that a cause is not written as one."""
    return f"{cause} is no code of a cause: use capitals, digits and _"


def counted_out(placement: str, corrected: int) -> str:
    """Say what a count at the end found; above 0 the ledger had too many fish, below 0 too few."""
    if not corrected:
        return f"{placement} is empty, and its ledger agrees"
    what = "more than left: taken out" if corrected > 0 else "fewer than left: added"
    return f"{placement} is empty; its ledger had {fish(abs(corrected))} {what} as a count correction"


def alive(placement: str) -> str:
    """Say that grades are of slaughtered fish."""
    return f"fish of {placement} that are sold alive have no grades: enter a HARVEST, or leave them out"


def lot_of_nothing(placement: str, lot: str) -> str:
    """Say that a lot has no fish."""
    return f"lot {lot} of {placement} has no grades: say how many fish of which grade it holds"


def no_stage(order: int, known: str) -> str:
    """Say that a species has no stage of an order."""
    return f"there is no stage {order}: {known}"


def nothing_stocked(batch: str) -> str:
    """Say that a batch would begin without fish."""
    return f"batch {batch} starts with no fish: name the containers that it is stocked into"


def stocked_twice(batch: str, container: int) -> str:
    """Say that a container is named twice."""
    return f"batch {batch} is stocked into container {container} twice: add the fish up"


def nothing_planned(batch: str) -> str:
    """Say that an order would move nothing."""
    return f"an order of batch {batch} moves no fish: say from which placements into which containers"


def line_twice(source: str, container: str) -> str:
    """Say that an order names one way twice."""
    return f"{source} to {container} is there twice: add the fish up"


def same_place(placement: str) -> str:
    """Say that fish would move nowhere."""
    return f"the fish of {placement} go where they were: choose another container, or empty it as they leave"


def came_meanwhile(container: str) -> str:
    """Say that somebody else was quicker."""
    return f"somebody moved fish into {container} just now: look again, then move these"


def moved_twice(line: int) -> str:
    """Say that a line is named twice."""
    return f"line {line} is there twice: add the fish up, or send the second day by itself"


def nothing_weighed() -> str:
    """Say that a sample holds no weight."""
    return "a sample needs its fish, or how many were weighed and their mean weight"


def weighed_twice() -> str:
    """Say that a sample says one thing in two ways."""
    return "a sample is given fish by fish, or as number, mean and spread: leave one of them out"


def too_few_weighed(count: int) -> str:
    """Say that a sample is of no fish."""
    return f"{count} fish weighed: a sample is of at least one"


def spread(grams: float) -> str:
    """Say that no spread is below nothing."""
    return f"a standard deviation of {grams:g} g: it cannot be below 0"


def length(cm: float) -> str:
    """Say that no fish is so long."""
    return f"a length of {cm:g} cm: it has to be above 0 and at most {LONGEST_CM:g}"


def gutted(grade: str, kg: float) -> str:
    """Say that no fish weigh less than nothing."""
    return f"{kg:g} kg gutted of grade {grade}: it cannot be below 0"


def not_set_aside() -> str:
    """Say that nobody would know why a sample does not count."""
    return "say why the sample is not representative"
