"""Forms of tickets and of their steps."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grilse.farm.lists import CONTAINERS
from grilse.farm.site_names import join_site_name
from grilse.helpdesk.actions.tickets import NewTicket
from grilse.helpdesk.lists import CATEGORIES
from grilse.helpdesk.models import Ticket
from grilse.listing.listing import Listing, read_page
from grilse.people.lists import TEAMS
from grilse.web.forms import ActionForm, ChoiceField, IdField, TextField, TickField, parse_number
from grilse.web.scope import SiteRow, list_sites
from grilse.web.words import list_word_choices

MAX_CHOICES, MAX_CONTAINERS = 1000, 500
Choices = list[tuple[Any, Any]]


class PersonForm(ActionForm):
    """A person who is chosen in a picker."""

    who = TextField()
    person = IdField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Refuse a name that was typed and not chosen."""
        values = self.cleaned_data
        typed = values.pop("who", "")
        if typed and values.get("person") is None:
            self.add_error(
                "person",
                _("“%(name)s” is only typed: choose one of the persons that the field shows.") % {"name": typed},
            )
        return values


class AssignForm(PersonForm):
    """The new assignee of a ticket."""

    id_pattern = "assign-%s"
    team = IdField(label=_("Team"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["team"].widget.choices = [("", _("Unchanged")), *_list_choices(TEAMS)]


class TicketForm(ActionForm):
    """The values of a ticket."""

    id_pattern = "t-%s"
    error_fields = {"area": "site", "station": "site"}

    title = TextField(label=_("What is wrong"), max_length=200)
    body = TextField(
        label=_("What happened, and what is needed"), strip=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    category = IdField(label=_("Category"))
    priority = ChoiceField(list_word_choices(Ticket.Priority), label=_("Priority"), initial=Ticket.Priority.NORMAL)
    site = ChoiceField(label=_("Site"))
    container = IdField(label=_("Pen or tank"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        sites = list_sites()
        choices = {
            "category": [("", _("None")), *_list_choices(CATEGORIES, {"active": True})],
            "site": [
                ("", _("None in particular")),
                *(
                    (geography, [(site.key, site.name) for site in group])
                    for geography, group in groupby(sites, lambda site: site.geography)
                ),
            ],
            "container": _list_containers(self["site"].value(), sites),
        }
        for name, field_choices in choices.items():
            self.fields[name].widget.choices = field_choices
        self.fields["site"].widget.attrs |= {
            "hx-get": reverse("ticket-containers"), "hx-trigger": "change", "hx-target": "#t-container",
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Return the ticket, and the values that are no part of it."""
        values = super().clean() or self.cleaned_data
        site = values.pop("site", "")
        kind, _dash, id = site.partition("-")
        if site and (kind not in ("area", "station") or parse_number(id) is None):
            self.add_error("site", _("There is no site %(site)s: choose one of the list.") % {"site": site})
        names = ("title", "body", "category", "priority", "container")
        new = NewTicket(
            **{name: values.pop(name, None) for name in names},
            area=parse_number(id) if kind == "area" else None,
            station=parse_number(id) if kind == "station" else None,
        )
        return {**values, "new": new}


class NewTicketForm(TicketForm, PersonForm):
    """A new ticket, with its first assignee."""


class ChangeForm(TicketForm):
    """Other values of a ticket."""

    reason = TextField(
        label=_("Why"),
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": _("if words or place are corrected")}),
    )

    @staticmethod
    def read_initial(ticket: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of a ticket by field."""
        site = next((f"{kind}-{ticket[f'{kind}_id']}" for kind in ("area", "station") if ticket[f"{kind}_id"]), "")
        ids = {name: ticket[f"{name}_id"] for name in ("category", "container")}
        return {**{name: ticket[name] for name in ("title", "body", "priority")}, **ids, "site": site}


class FilesInput(forms.ClearableFileInput):
    """An input of several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Some files."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files; the action checks them."""
        return list(data or ())


class CommentForm(ActionForm):
    """A comment, and files to attach."""

    id_pattern = "say-%s"
    error_fields = {"name": "content"}

    body = TextField(label=_("Comment"), strip=False, widget=forms.Textarea(attrs={"rows": 3}))
    content = FilesField(label=_("Files, 5 MB each"), widget=FilesInput)
    internal = TickField()


def list_container_choices(site: str) -> Choices:
    """Return the containers of a site of the form."""
    return _list_containers(site, list_sites())


def _list_choices(listing: Listing, filters: Mapping[str, Any] | None = None) -> Choices:
    return [(row[0], row[1]) for row in read_page(listing, filters, ("id", "name"), limit=MAX_CHOICES).rows]


def _list_containers(chosen: str | None, sites: list[SiteRow]) -> Choices:
    name = next((site.name for site in sites if site.key == chosen), None)
    fields, filters = ("id", "name", "hall"), {"site": name}
    rows = [] if name is None else read_page(CONTAINERS, filters, fields, limit=MAX_CONTAINERS).rows
    containers = [(id, join_site_name(hall, name) if hall else name) for id, name, hall in rows]
    return [("", _("None in particular")), *containers]
