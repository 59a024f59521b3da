"""Who will read an entry of somebody's journal, told before it is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class PrivacyChoice:
    """A choice of privacy, with the sentence that says who reads what is written under it."""

    privacy: str
    title: str
    says: str


def build_privacy_choices(author: Mapping[str, Any] | None) -> tuple[PrivacyChoice, ...]:
    """Return the choices of somebody, by the names of those who would read."""
    manager = author["manager_name"] if author else None
    team = author["team_name"] if author else None
    to_manager = f"You and your manager, {manager}." if manager else "You alone for now: you have no manager."
    to_team = f"You{_join_readers(manager, team)}." if manager or team else "You alone for now: you are in no team."
    return (
        PrivacyChoice(privacy="private", title="Private", says="You alone, whatever role anybody has."),
        PrivacyChoice(
            privacy="aggregate",
            title="Counted",
            says="You alone; it is counted in reports of many people together, if you agreed to that.",
        ),
        PrivacyChoice(privacy="manager", title="Manager", says=to_manager),
        PrivacyChoice(privacy="team", title="Team", says=to_team),
        PrivacyChoice(privacy="shared", title="Everybody", says="Everybody of your company who has a login."),
    )


def _join_readers(manager: str | None, team: str | None) -> str:
    phrases = [f"your manager, {manager}," if manager else "", f"the people of team {team}" if team else ""]
    return "".join(f" and {phrase}" for phrase in phrases if phrase).rstrip(",")
