"""Who works here: the directory, a person, and the picker of forms."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from grilse.errors import GrilseError
from grilse.people import directory
from grilse.web.permissions import permission_required

PAGE_SIZE = 50
FIRST_OPTIONS, MORE_OPTIONS = 20, 100
"""Options of a picker: what fits under the field at first, then as many as one asks to see."""


@require_safe
@permission_required("people.read")
def show_persons(request: HttpRequest) -> HttpResponse:
    """Show the persons whose names begin with what was typed; rows alone when more is asked for."""
    text, left = request.GET.get("q", "").strip(), "left" in request.GET
    after = request.GET.get("after") or None
    try:
        page = directory.search_persons(text, after=after, limit=PAGE_SIZE, active=None if left else True)
    except GrilseError as error:
        raise Http404(str(error)) from error
    shown = {"found": page, "q": text, "left": left, "after": after}
    if "HX-Request" not in request.headers:
        return render(request, "people/persons.html", shown)
    return render(request, "people/_rows.html" if after else "people/_persons.html", shown)


@require_safe
@permission_required("people.read")
def show_person(request: HttpRequest, id: int) -> HttpResponse:
    """Show a person, and how to reach them."""
    try:
        person_row = directory.read_person(id)
    except GrilseError as error:
        raise Http404(str(error)) from error
    return render(request, "people/person.html", {"person": person_row})


@require_safe
@permission_required("people.read")
def show_person_options(request: HttpRequest) -> HttpResponse:
    """Show the persons to choose from, as a picker asks for them while somebody types."""
    text, after = request.GET.get("who", "").strip(), request.GET.get("after") or None
    try:
        page = directory.search_persons(text, after=after, limit=MORE_OPTIONS if after else FIRST_OPTIONS)
    except GrilseError as error:
        raise Http404(str(error)) from error
    return render(request, "people/_options.html", {"found": page, "text": text, "after": after})
