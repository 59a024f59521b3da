"""What is refused of lice, treatments and health samples, in words: every door says the same."""

from datetime import date

MAX_FISH = 32_767


def describe_missing_row(what: str, id: int) -> str:
    """Say that nothing of this kind has an id."""
    return f"there is no {what} {id}"


def describe_invalid_fish_count(what: str, fish: int, placement: str) -> str:
    """Say that a count or a sample is of no fish, or of too many."""
    return f"{what} of {fish} fish of {placement}: it is of at least one and at most {MAX_FISH:,}"


def describe_negative_count(what: str, count: int, placement: str) -> str:
    """Say that a number of something is below 0."""
    return f"{count} {what} on {placement}: it cannot be below 0"


def describe_lice_excess(parts: int, total: int, placement: str) -> str:
    """Say that the forms of lice add up to more than there were."""
    return f"{parts} lice by their forms, {total} in all on {placement}: correct one or the other"


def describe_score_excess(parameter: str, scored: int, fish: int, placement: str) -> str:
    """Say that more fish were scored than looked at."""
    return f"{scored} fish of {placement} scored for {parameter}, {fish} looked at: correct one or the other"


def describe_missing_scores(parameter: str, given: int) -> str:
    """Say that a parameter has not its four scores."""
    return f"{given} scores for {parameter}: give the fish with each of 0, 1, 2 and 3"


def describe_unnamed_scores(placement: str) -> str:
    """Say that scores belong to no parameter."""
    return f"scores of {placement} for no parameter: name what was scored, as gill"


def describe_early_end(placement: str, start: date, stop: date) -> str:
    """Say that a treatment ends before it starts."""
    what = f"the treatment of {placement} ends on {stop}"
    return f"{what}, before it starts on {start}: correct one or the other"


def describe_invalid_efficacy(efficacy: float) -> str:
    """Say that an efficacy is none."""
    return f"an efficacy of {efficacy:g}: it is a share, from 0 to 1"


def describe_withdrawal_period(placement: str, day: date, what: str, stop: date, days: int, until: date) -> str:
    """Say that fish may not be eaten yet."""
    return (
        f"{placement} may not be harvested on {day}: {what} until {stop} asks for {days} days; harvest from {until} on"
    )


def describe_lice_count(placement: str, day: date) -> str:
    """Name a lice count."""
    return f"a lice count of {placement} on {day}"


def describe_health_sample(placement: str, day: date) -> str:
    """Name a health sample."""
    return f"a health sample of {placement} on {day}"


def describe_treatment(placement: str, kind: str, method: str, start: date) -> str:
    """Name a treatment."""
    return f"{kind} ({method}) of {placement} from {start}"
