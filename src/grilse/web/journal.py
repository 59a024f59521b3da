"""Journal of the current person, and the entries that others share."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grilse.errors import GrilseError
from grilse.people import journal
from grilse.people.actions import journal as actions
from grilse.people.current_person import find_current_person
from grilse.people.journal_entries import NewEntry
from grilse.people.models import JournalEntry
from grilse.web.charts import LEVEL_COLOURS, Chart, Line
from grilse.web.forms import FORM_ERROR_STATUS, AcceptedValues, parse_text
from grilse.web.journal_forms import EntryForm, build_entry_form
from grilse.web.pages import FORM, get_text, is_fragment_requested, page
from grilse.web.toasts import show_toast
from grilse.web.words import capitalize_word

PAGE_SIZE = 20
TREND_DAYS = 90
KINDS = {str(kind): capitalize_word(kind) for kind in JournalEntry.Kind}
SEARCH_QUERY: AcceptedValues = {"q": parse_text, "after": parse_text}
OWN_QUERY: AcceptedValues = {**SEARCH_QUERY, "kind": KINDS}


@page("people.journal", methods=FORM, query=OWN_QUERY)
def show_own_journal(request: HttpRequest) -> HttpResponse:
    """Show the current person's entries, newest first, with a form for a new entry; write it."""
    form = build_entry_form(request)
    if request.method == "POST" and form.run(lambda version, **values: actions.write_entry(NewEntry(**values))):
        return _return_to_journal(request, gettext("Written."))
    return _render_own_journal(request, form)


@page("people.journal", methods=FORM)
def change_entry(request: HttpRequest, id: int) -> HttpResponse:
    """Show an entry of the current person as a form, and change it."""
    entry = journal.read_entry(id)
    if entry.author != find_current_person():
        raise Http404(f"Entry {id} is not yours.")

    def change(version: int | None, **values: Any) -> None:
        actions.change_entry(id, NewEntry(**values), read=version)

    form = build_entry_form(request, entry)
    if request.method == "POST" and form.run(change):
        return _return_to_journal(request, gettext("Changed."))
    return render(request, "journal/change.html", {"entry": entry, "form": form}, status=form.status)


@page("people.journal", form_page="journal", has_fields=False)
def remove_entry(request: HttpRequest, id: int) -> HttpResponse:
    """Delete an entry; the page that follows offers to restore it."""
    actions.delete_entry(id)
    return _return_to_journal(request, gettext("Deleted."), undo=reverse("journal-restore", args=[id]))


@page("people.journal", form_page="journal", has_fields=False)
def restore_entry(request: HttpRequest, id: int) -> HttpResponse:
    """Restore a deleted entry."""
    try:
        actions.restore_entry(id)
    except GrilseError as error:
        return _render_own_journal(request, EntryForm(), f"{error}")
    return _return_to_journal(request, gettext("Restored."))


@page("people.journal", query=SEARCH_QUERY)
def show_shared_entries(request: HttpRequest) -> HttpResponse:
    """Show the entries that others share, the newest first."""
    text, cursor = get_text(request, "q"), request.GET.get("after") or None
    page = journal.list_shared_entries(text=text or None, cursor=cursor, limit=PAGE_SIZE)
    context = {"page": page, "q": text, "tab": "shared", "kinds": KINDS, "address": request.path}
    return render(request, _select_template(request, "shared"), context)


@page("people.journal")
def show_removed_entries(request: HttpRequest) -> HttpResponse:
    """Show the current person's deleted entries, which can be restored."""
    context = {"entries": journal.list_deleted_entries(), "kinds": KINDS, "tab": "removed"}
    return render(request, "journal/removed.html", context)


def _render_own_journal(request: HttpRequest, form: EntryForm, error: str = "") -> HttpResponse:
    text, kind = get_text(request, "q"), request.GET.get("kind", "")
    page = journal.list_own_entries(
        text=text or None, kind=kind or None, cursor=request.GET.get("after") or None, limit=PAGE_SIZE
    )
    context = {
        "page": page, "q": text, "kind": kind, "kinds": KINDS, "tab": "own", "address": request.path,
        "mine": True, "form": form, "error": error,
    }  # fmt: skip
    if not is_fragment_requested(request):
        context |= {"chart": _build_trend_chart(), "streak": journal.read_streak()}
    status = FORM_ERROR_STATUS if error else form.status
    return render(request, _select_template(request, "own"), context, status=status)


def _select_template(request: HttpRequest, page: str) -> str:
    if not is_fragment_requested(request):
        return f"journal/{page}.html"
    return "journal/_more.html" if request.GET.get("after") else "journal/_list.html"


def _return_to_journal(request: HttpRequest, text: str, undo: str = "") -> HttpResponse:
    """Return to the journal, and say what was done."""
    show_toast(request, text, undo=undo)
    return redirect("journal")


def _build_trend_chart() -> Chart | None:
    """Return mood, stress and energy over time: single days, and their means of seven."""
    days = journal.read_trends(TREND_DAYS)
    if not any(day.mood or day.stress or day.energy for day in days):
        return None
    lines = []
    for panel, (name, colour) in enumerate(LEVEL_COLOURS.items()):
        daily, weekly = ([getattr(day, column) for day in days] for column in (name, f"{name}_week"))
        lines += [
            Line(title=capitalize_word(name), colour=colour, thin=True, values=daily, panel=panel),
            Line(title=_("mean of 7 days"), colour=colour, values=weekly, panel=panel),
        ]
    return Chart(title=_("Mood, stress and energy"), at=[day.day for day in days], lines=lines)
