"""Who will read an entry of somebody's journal, told before it is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """A choice of privacy, with the sentence that says who reads what is written under it."""

    privacy: str
    title: str
    says: str


def readers(author: Mapping[str, Any] | None) -> tuple[Reader, ...]:
    """Return the choices of somebody, by the names of those who would read."""
    manager = author["manager_name"] if author else None
    team = author["team_name"] if author else None
    to_manager = f"You and your manager, {manager}." if manager else "You alone for now: you have no manager."
    to_team = f"You{_and(manager, team)}." if manager or team else "You alone for now: you are in no team."
    return (
        Reader(privacy="private", title="Private", says="You alone, whatever role anybody has."),
        Reader(
            privacy="aggregate",
            title="Counted",
            says="You alone; it is counted in reports of many people together, if you agreed to that.",
        ),
        Reader(privacy="manager", title="Manager", says=to_manager),
        Reader(privacy="team", title="Team", says=to_team),
        Reader(privacy="shared", title="Everybody", says="Everybody of your company who has a login."),
    )


def _and(manager: str | None, team: str | None) -> str:
    told = [f"your manager, {manager}," if manager else "", f"the people of team {team}" if team else ""]
    return "".join(f" and {one}" for one in told if one).rstrip(",")
