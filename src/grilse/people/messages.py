"""What is refused of persons, in words: every door says the same."""


def describe_missing_person(person: int) -> str:
    """Say that nobody has an id, or that a role may not change them."""
    return f"there is no person {person} whom your role may change"


def describe_missing_name() -> str:
    """Say that a person has no name."""
    return "a person needs a name"


def describe_missing_manager(manager: int) -> str:
    """Say that a manager is nobody."""
    return f"there is no person {manager} who could be the manager"


def describe_own_manager(name: str) -> str:
    """Say that somebody would be their own manager."""
    return f"{name} cannot be their own manager: name somebody else, or nobody"


def describe_management_circle(name: str, manager: str) -> str:
    """Say that somebody would be above themselves."""
    return f"{manager} works under {name}: name a manager who does not"


def describe_retired_manager(manager: str) -> str:
    """Say that a manager has left."""
    return f"{manager} has left and manages nobody: name somebody who works here"


def describe_missing_link(what: str, id: int) -> str:
    """Say that what a person belongs to is not there, or out of reach."""
    return f"there is no {what} {id}"


def describe_two_sites(name: str) -> str:
    """Say that somebody works at two sites."""
    return f"{name} works at an area or at a station: name one of the two"


def describe_wrong_geography(site: str, geography: str) -> str:
    """Say that a site lies in another geography."""
    return f"{site} is not in {geography}: correct one or the other"


def describe_out_of_reach(name: str) -> str:
    """Say that somebody would work outside of a role's geographies."""
    return f"{name} would work outside the geographies of your role: name one of these"


def describe_login_in_use(user: int, name: str) -> str:
    """Say that a login is somebody else."""
    return f"login {user} is {name}: a login is one person"


def describe_login_fixed(name: str) -> str:
    """Say that a person keeps the login they have."""
    return f"{name} keeps the login that wrote their journal: add another person for another login"


def describe_unchanged_status(name: str, what: str) -> str:
    """Say that somebody has left, or is back, already."""
    return f"{name} {what} already"
