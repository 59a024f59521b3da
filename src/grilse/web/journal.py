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
from grilse.people.entries import SCALES, NewEntry
from grilse.people.me import me
from grilse.people.models import JournalEntry
from grilse.web.charts import Chart, Line
from grilse.web.door import may
from grilse.web.journal_readers import Reader, readers
from grilse.web.refusal import STATUS, Refusal
from grilse.web.zone import zoned

PAGE = 20
DAYS = 90
FIELDS = {
    name: name for name in ("kind", "at", "title", "body", "privacy", "mood", "stress", "energy", "tags")
}
KINDS = {str(kind): str(kind.label) for kind in JournalEntry.Kind}
SAID = {"written": "Written.", "changed": "Changed.", "restored": "Taken back: the entry is there again."}


@require_http_methods(["GET", "HEAD", "POST"])
@may("people.journal")
@zoned
def own(request: HttpRequest) -> HttpResponse:
    """Show one's own entries, the newest first, with the form for another; write what it says."""
    if request.method != "POST":
        return _own(request, {"form": _blank()})
    return _changing(
        lambda: actions.write(_entry(request.POST)),
        "written",
        lambda refusal: _own(request, {"form": request.POST, "refusal": refusal}, status=STATUS),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may("people.journal")
@zoned
def change(request: HttpRequest, id: int) -> HttpResponse:
    """Show an entry of one's own as a form, and change it."""
    entry = _existing(id)
    if entry.author != me():
        raise Http404(f"Entry {id} is not yours.")
    shown = {"entry": entry, "kinds": KINDS, "scales": SCALES, "readers": _readers(request)}
    if request.method != "POST":
        return render(request, "journal/change.html", {**shown, "form": _form(entry)})

    def refused(refusal: Refusal) -> HttpResponse:
        again = {**shown, "form": request.POST, "refusal": refusal}
        return render(request, "journal/change.html", again, status=STATUS)

    read = request.POST.get("version", "")
    version = int(read) if read.isdigit() else None
    return _changing(lambda: actions.change(id, _entry(request.POST), read=version), "changed", refused)


@require_POST
@may("people.journal")
@zoned
def remove(request: HttpRequest, id: int) -> HttpResponse:
    """Delete an entry; the page that follows offers to take it back."""
    return _changing(lambda: actions.remove(id), f"removed={id}", lambda it: _not_found(it))


@require_POST
@may("people.journal")
@zoned
def restore(request: HttpRequest, id: int) -> HttpResponse:
    """Take back that an entry was deleted."""
    return _changing(
        lambda: actions.restore(id),
        "restored",
        lambda refusal: _own(request, {"form": _blank(), "refusal": refusal}, status=STATUS),
    )


@require_safe
@may("people.journal")
@zoned
def told(request: HttpRequest) -> HttpResponse:
    """Show what others let one read, the newest first."""
    text = request.GET.get("q", "").strip()
    found = _page(lambda: journal.told_to_me(text=text or None, cursor=_after(request), limit=PAGE))
    shown = {"found": found, "q": text, "here": "told", "kinds": KINDS, "address": request.path}
    return render(request, _template(request, "told"), shown)


@require_safe
@may("people.journal")
@zoned
def removed(request: HttpRequest) -> HttpResponse:
    """Show one's own entries that are deleted and can be taken back."""
    shown = {"entries": journal.removed(), "kinds": KINDS, "here": "removed"}
    return render(request, "journal/removed.html", shown)


def _own(request: HttpRequest, also: dict[str, Any], status: int = 200) -> HttpResponse:
    text, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    asked: dict[str, Any] = {"text": text or None, "kind": kind if kind in KINDS else None}
    found = _page(lambda: journal.mine(**asked, cursor=_after(request), limit=PAGE))
    shown = {
        "found": found, "q": text, "kind": kind, "kinds": KINDS, "here": "own", "address": request.path,
        "mine": True,
    }  # fmt: skip
    if "HX-Request" not in request.headers:
        gone = request.GET.get("removed", "")
        shown |= {
            "scales": SCALES,
            "readers": _readers(request),
            "chart": _trend(),
            "streak": journal.streak(),
            "said": next((said for name, said in SAID.items() if name in request.GET), ""),
            "gone": int(gone) if gone.isdigit() else None,
        }
    return render(request, _template(request, "own"), {**shown, **also}, status=status)


def _template(request: HttpRequest, page: str) -> str:
    if "HX-Request" not in request.headers:
        return f"journal/{page}.html"
    return "journal/_more.html" if _after(request) else "journal/_list.html"


def _page(read: Callable[[], journal.Page]) -> journal.Page:
    try:
        return read()
    except GrilseError as error:
        raise Http404(str(error)) from error


def _after(request: HttpRequest) -> str | None:
    return request.GET.get("after") or None


def _changing(act: Callable[[], Any], said: str, refused: Callable[[Refusal], HttpResponse]) -> HttpResponse:
    try:
        act()
    except GrilseError as error:
        return refused(Refusal.of(error, FIELDS))
    answer = redirect("journal")
    answer["Location"] += f"?{said}"
    return answer


def _not_found(refusal: Refusal) -> HttpResponse:
    raise Http404(refusal.text)


def _existing(id: int) -> journal.Entry:
    try:
        return journal.entry(id)
    except GrilseError as error:
        raise Http404(str(error)) from error


def _readers(request: HttpRequest) -> tuple[Reader, ...]:
    mine = me()
    return readers(directory.person(mine) if mine else None)


def _trend() -> Chart | None:
    """Return how mood, stress and energy went: single days, and their means of seven."""
    days = journal.trends(DAYS)
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


def _blank() -> dict[str, Any]:
    return {"kind": "note", "at": _local(timezone.now()), "privacy": "private"}


def _form(entry: journal.Entry) -> dict[str, Any]:
    levels = {name: getattr(entry, name) or 0 for name in SCALES}
    said = {name: getattr(entry, name) for name in ("kind", "title", "body", "privacy", "draft", "version")}
    return {**said, **levels, "at": _local(entry.at), "tags": ", ".join(entry.tags)}


def _entry(form: QueryDict) -> NewEntry:
    return NewEntry(
        kind=form.get("kind", ""),
        at=_moment(form.get("at", "")),
        title=form.get("title", "").strip(),
        body=form.get("body", "").strip(),
        privacy=form.get("privacy", ""),
        tags=[tag.strip() for tag in form.get("tags", "").split(",") if tag.strip()],
        draft="draft" in form,
        **{name: _level(form.get(name, "")) for name in SCALES},
    )


def _level(text: str) -> int | None:
    """Return a level, None at the end of the slider that says nothing."""
    return int(text) if text.isdigit() and text != "0" else None


def _local(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=timezone.get_current_timezone())
    except ValueError as error:
        raise GrilseError("say when: a day and an hour", field="at") from error
