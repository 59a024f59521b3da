"""The form of a journal entry, with the readers of each choice of privacy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grilse.languages import Label
from grilse.people import directory
from grilse.people.current_person import find_current_person
from grilse.people.journal import Entry
from grilse.people.journal_entries import MAX_LENGTHS, SCALES
from grilse.people.models import JournalEntry
from grilse.web.forms import ActionForm, LocalTimeField, TextField, TickField
from grilse.web.words import list_word_choices


@dataclass(frozen=True, slots=True)
class PrivacyChoice:
    """A choice of privacy."""

    title: Label
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

    def __init__(self, name: str, label: Label) -> None:
        slider = RangeInput(attrs={"min": 0, "max": SCALES[name], "data-level": True})
        super().__init__(required=False, initial=0, widget=slider, label=label)

    def clean(self, value: Any) -> Any:
        """Return the level, None for 0."""
        return super().clean(value) or None


class EntryForm(ActionForm):
    """A journal entry."""

    id_pattern = "f-%s"

    kind = TextField(
        widget=forms.Select(choices=list_word_choices(JournalEntry.Kind)),
        label=_("Kind"),
        initial=JournalEntry.Kind.NOTE,
    )
    at = LocalTimeField(label=_("When"), initial=timezone.now)
    title = TextField(label=_("Title"), max_length=MAX_LENGTHS["title"])
    body = TextField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 4}))
    mood = LevelField("mood", _("Mood"))
    stress = LevelField("stress", _("Stress"))
    energy = LevelField("energy", _("Energy"))
    privacy = TextField(widget=forms.RadioSelect, initial=JournalEntry.Privacy.PRIVATE)
    tags = TextField(label=_("Tags"), widget=forms.TextInput(attrs={"placeholder": _("separated by commas")}))
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
    counted = gettext("You alone; it is counted in reports of many people together, if you agreed to that.")
    return [
        ("private", PrivacyChoice(_("Private"), gettext("You alone, whatever role anybody has."))),
        ("aggregate", PrivacyChoice(_("Counted"), counted)),
        ("manager", PrivacyChoice(_("Manager"), _describe_manager(manager))),
        ("team", PrivacyChoice(_("Team"), _describe_team(manager, team))),
        ("shared", PrivacyChoice(_("Everybody"), gettext("Everybody of your company who has a login."))),
    ]


def _describe_manager(manager: str | None) -> str:
    if not manager:
        return gettext("You alone for now: you have no manager.")
    return gettext("You and your manager, %(manager)s.") % {"manager": manager}


def _describe_team(manager: str | None, team: str | None) -> str:
    if not team:
        return _describe_manager(manager) if manager else gettext("You alone for now: you are in no team.")
    if not manager:
        return gettext("You and the people of team %(team)s.") % {"team": team}
    names = {"manager": manager, "team": team}
    return gettext("You and your manager, %(manager)s, and the people of team %(team)s.") % names
