"""Refusals of lice counts and health samples: every interface gives the same text."""

MAX_FISH = 32_767


def describe_invalid_fish_count(what: str, fish: int, placement: str) -> str:
    """Say that a count or a sample is of no fish, or of too many."""
    return f"{what} of {fish} fish of {placement}: it is of at least one and at most {MAX_FISH:,}"


def describe_negative_count(what: str, count: int, placement: str) -> str:
    """Say that a number of something is below 0."""
    return f"{count} {what} on {placement}: it cannot be below 0"


def describe_lice_excess(parts: int, total: int, placement: str) -> str:
    """Say that the forms of lice add up to more than the total."""
    return f"{parts} lice by their forms, {total} in all on {placement}: correct one or the other"


def describe_score_excess(parameter: str, scored: int, fish: int, placement: str) -> str:
    """Say that more fish were scored than examined."""
    return f"{scored} fish of {placement} scored for {parameter}, {fish} looked at: correct one or the other"
