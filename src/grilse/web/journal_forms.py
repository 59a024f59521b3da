"""The form of a journal entry, with the readers of each choice of privacy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from grilse.people import directory
from grilse.people.current_person import find_current_person
from grilse.people.journal import Entry
from grilse.people.journal_entries import MAX_LENGTHS, SCALES
from grilse.people.models import JournalEntry
from grilse.web.forms import ActionForm, LocalTimeField, TextField, TickField


@dataclass(frozen=True, slots=True)
class PrivacyChoice:
    """A choice of privacy."""

    title: str
    text: str
    """Who reads an entry with this privacy."""


class RangeInput(forms.NumberInput):
    """A slider."""

    input_type = "range"

    def format_value(self, value: Any) -> Any:
        """Return the position, 0 for no level."""
        return super().format_value(value or 0)


class LevelField(forms.IntegerField):
    """A level from 1, or 0 for none."""

    def __init__(self, name: str) -> None:
        slider = RangeInput(attrs={"min": 0, "max": SCALES[name], "data-level": True})
        super().__init__(required=False, initial=0, widget=slider)

    def clean(self, value: Any) -> Any:
        """Return the level, None for 0."""
        return super().clean(value) or None


class EntryForm(ActionForm):
    """A journal entry."""

    id_pattern = "f-%s"

    kind = TextField(widget=forms.Select(choices=JournalEntry.Kind.choices), initial=JournalEntry.Kind.NOTE)
    at = LocalTimeField(label="When", initial=timezone.now)
    title = TextField(max_length=MAX_LENGTHS["title"])
    body = TextField(label="Text", widget=forms.Textarea(attrs={"rows": 4}))
    mood, stress, energy = LevelField("mood"), LevelField("stress"), LevelField("energy")
    privacy = TextField(widget=forms.RadioSelect, initial=JournalEntry.Privacy.PRIVATE)
    tags = TextField(widget=forms.TextInput(attrs={"placeholder": "separated by commas"}))
    draft = TickField()
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        author = find_current_person()
        self.fields["privacy"].widget.choices = build_privacy_choices(directory.read_person(author) if author else None)

    def clean_tags(self) -> list[str]:
        """Return the tags."""
        return [tag.strip() for tag in self.cleaned_data["tags"].split(",") if tag.strip()]


def build_entry_form(request: HttpRequest, entry: Entry | None = None) -> EntryForm:
    """Return the form of a new entry or of an existing one, with what was sent."""
    data = request.POST if request.method == "POST" else None
    if entry is None:
        return EntryForm(data)
    initial = {name: getattr(entry, name) for name in EntryForm.base_fields}
    return EntryForm(data, initial={**initial, "tags": ", ".join(entry.tags)})


def build_privacy_choices(author: Mapping[str, Any] | None) -> list[tuple[str, PrivacyChoice]]:
    """Return the choices of an author, with the names of their readers."""
    manager = author["manager_name"] if author else None
    team = author["team_name"] if author else None
    to_manager = f"You and your manager, {manager}." if manager else "You alone for now: you have no manager."
    to_team = f"You{_join_readers(manager, team)}." if manager or team else "You alone for now: you are in no team."
    counted = "You alone; it is counted in reports of many people together, if you agreed to that."
    return [
        ("private", PrivacyChoice("Private", "You alone, whatever role anybody has.")),
        ("aggregate", PrivacyChoice("Counted", counted)),
        ("manager", PrivacyChoice("Manager", to_manager)),
        ("team", PrivacyChoice("Team", to_team)),
        ("shared", PrivacyChoice("Everybody", "Everybody of your company who has a login.")),
    ]


def _join_readers(manager: str | None, team: str | None) -> str:
    phrases = [f"your manager, {manager}," if manager else "", f"the people of team {team}" if team else ""]
    return "".join(f" and {phrase}" for phrase in phrases if phrase).rstrip(",")
