"""One's own journal: written, read, changed, taken back; and what others tell."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grilse.errors import GrilseError
from grilse.people import directory, journal
from grilse.people.actions import journal as actions
from grilse.people.current_person import find_current_person
from grilse.people.journal_entries import SCALES, NewEntry
from grilse.people.models import JournalEntry
from grilse.web.charts import Chart, Line
from grilse.web.form_errors import FORM_ERROR_STATUS, FormError
from grilse.web.journal_privacy import PrivacyChoice, build_privacy_choices
from grilse.web.permissions import permission_required
from grilse.web.time_zone import in_company_time_zone

PAGE_SIZE = 20
TREND_DAYS = 90
FORM_FIELDS = {name: name for name in ("kind", "at", "title", "body", "privacy", "mood", "stress", "energy", "tags")}
KINDS = {str(kind): str(kind.label) for kind in JournalEntry.Kind}
DONE_MESSAGES = {"written": "Written.", "changed": "Changed.", "restored": "Taken back: the entry is there again."}


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("people.journal")
@in_company_time_zone
def show_own_journal(request: HttpRequest) -> HttpResponse:
    """Show one's own entries, the newest first, with the form for another; write what it says."""
    if request.method != "POST":
        return _render_own_journal(request, {"form": _build_blank_form()})
    return _apply_change(
        lambda: actions.write_entry(_parse_entry(request.POST)),
        "written",
        lambda refusal: _render_own_journal(
            request, {"form": request.POST, "refusal": refusal}, status=FORM_ERROR_STATUS
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("people.journal")
@in_company_time_zone
def change_entry(request: HttpRequest, id: int) -> HttpResponse:
    """Show an entry of one's own as a form, and change it."""
    entry = _read_entry_or_404(id)
    if entry.author != find_current_person():
        raise Http404(f"Entry {id} is not yours.")
    shown = {"entry": entry, "kinds": KINDS, "scales": SCALES, "readers": _list_privacy_choices(request)}
    if request.method != "POST":
        return render(request, "journal/change.html", {**shown, "form": _build_entry_form(entry)})

    def refused(refusal: FormError) -> HttpResponse:
        again = {**shown, "form": request.POST, "refusal": refusal}
        return render(request, "journal/change.html", again, status=FORM_ERROR_STATUS)

    read = request.POST.get("version", "")
    version = int(read) if read.isdigit() else None
    return _apply_change(lambda: actions.change_entry(id, _parse_entry(request.POST), read=version), "changed", refused)


@require_POST
@permission_required("people.journal")
@in_company_time_zone
def remove_entry(request: HttpRequest, id: int) -> HttpResponse:
    """Delete an entry; the page that follows offers to take it back."""
    return _apply_change(lambda: actions.delete_entry(id), f"removed={id}", lambda it: _raise_404(it))


@require_POST
@permission_required("people.journal")
@in_company_time_zone
def restore_entry(request: HttpRequest, id: int) -> HttpResponse:
    """Take back that an entry was deleted."""
    return _apply_change(
        lambda: actions.restore_entry(id),
        "restored",
        lambda refusal: _render_own_journal(
            request, {"form": _build_blank_form(), "refusal": refusal}, status=FORM_ERROR_STATUS
        ),
    )


@require_safe
@permission_required("people.journal")
@in_company_time_zone
def show_shared_entries(request: HttpRequest) -> HttpResponse:
    """Show what others let one read, the newest first."""
    text = request.GET.get("q", "").strip()
    page = _read_page_or_404(
        lambda: journal.list_shared_entries(text=text or None, cursor=_get_cursor(request), limit=PAGE_SIZE)
    )
    shown = {"found": page, "q": text, "here": "told", "kinds": KINDS, "address": request.path}
    return render(request, _select_template(request, "told"), shown)


@require_safe
@permission_required("people.journal")
@in_company_time_zone
def show_removed_entries(request: HttpRequest) -> HttpResponse:
    """Show one's own entries that are deleted and can be taken back."""
    shown = {"entries": journal.list_deleted_entries(), "kinds": KINDS, "here": "removed"}
    return render(request, "journal/removed.html", shown)


def _render_own_journal(request: HttpRequest, also: dict[str, Any], status: int = 200) -> HttpResponse:
    text, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    asked: dict[str, Any] = {"text": text or None, "kind": kind if kind in KINDS else None}
    page = _read_page_or_404(lambda: journal.list_own_entries(**asked, cursor=_get_cursor(request), limit=PAGE_SIZE))
    shown = {
        "found": page, "q": text, "kind": kind, "kinds": KINDS, "here": "own", "address": request.path,
        "mine": True,
    }  # fmt: skip
    if "HX-Request" not in request.headers:
        gone = request.GET.get("removed", "")
        shown |= {
            "scales": SCALES,
            "readers": _list_privacy_choices(request),
            "chart": _build_trend_chart(),
            "streak": journal.read_streak(),
            "said": next((message for name, message in DONE_MESSAGES.items() if name in request.GET), ""),
            "gone": int(gone) if gone.isdigit() else None,
        }
    return render(request, _select_template(request, "own"), {**shown, **also}, status=status)


def _select_template(request: HttpRequest, page: str) -> str:
    if "HX-Request" not in request.headers:
        return f"journal/{page}.html"
    return "journal/_more.html" if _get_cursor(request) else "journal/_list.html"


def _read_page_or_404(read: Callable[[], journal.JournalEntryPage]) -> journal.JournalEntryPage:
    try:
        return read()
    except GrilseError as error:
        raise Http404(str(error)) from error


def _get_cursor(request: HttpRequest) -> str | None:
    return request.GET.get("after") or None


def _apply_change(act: Callable[[], Any], query: str, refused: Callable[[FormError], HttpResponse]) -> HttpResponse:
    try:
        act()
    except GrilseError as error:
        return refused(FormError.from_error(error, FORM_FIELDS))
    answer = redirect("journal")
    answer["Location"] += f"?{query}"
    return answer


def _raise_404(refusal: FormError) -> HttpResponse:
    raise Http404(refusal.text)


def _read_entry_or_404(id: int) -> journal.Entry:
    try:
        return journal.read_entry(id)
    except GrilseError as error:
        raise Http404(str(error)) from error


def _list_privacy_choices(request: HttpRequest) -> tuple[PrivacyChoice, ...]:
    mine = find_current_person()
    return build_privacy_choices(directory.read_person(mine) if mine else None)


def _build_trend_chart() -> Chart | None:
    """Return how mood, stress and energy went: single days, and their means of seven."""
    days = journal.read_trends(TREND_DAYS)
    if not any(day.mood or day.stress or day.energy for day in days):
        return None
    colours = {"mood": "actual", "stress": "dead", "energy": "plan"}
    lines = []
    for panel, (name, colour) in enumerate(colours.items()):
        daily, weekly = ([getattr(day, of) for day in days] for of in (name, f"{name}_week"))
        lines += [
            Line(title=name.capitalize(), colour=colour, thin=True, values=daily, panel=panel),
            Line(title="mean of 7 days", colour=colour, values=weekly, panel=panel),
        ]
    return Chart(title="Mood, stress and energy", at=[day.day for day in days], lines=lines)


def _build_blank_form() -> dict[str, Any]:
    return {"kind": "note", "at": _format_local_time(timezone.now()), "privacy": "private"}


def _build_entry_form(entry: journal.Entry) -> dict[str, Any]:
    levels = {name: getattr(entry, name) or 0 for name in SCALES}
    fields = {name: getattr(entry, name) for name in ("kind", "title", "body", "privacy", "draft", "version")}
    return {**fields, **levels, "at": _format_local_time(entry.at), "tags": ", ".join(entry.tags)}


def _parse_entry(form: QueryDict) -> NewEntry:
    return NewEntry(
        kind=form.get("kind", ""),
        at=_parse_local_time(form.get("at", "")),
        title=form.get("title", "").strip(),
        body=form.get("body", "").strip(),
        privacy=form.get("privacy", ""),
        tags=[tag.strip() for tag in form.get("tags", "").split(",") if tag.strip()],
        draft="draft" in form,
        **{name: _parse_level(form.get(name, "")) for name in SCALES},
    )


def _parse_level(text: str) -> int | None:
    """Return a level, None at the end of the slider that says nothing."""
    return int(text) if text.isdigit() and text != "0" else None


def _format_local_time(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def _parse_local_time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=timezone.get_current_timezone())
    except ValueError as error:
        raise GrilseError("say when: a day and an hour", field="at") from error
