"""Who works here: the directory, a person, and the picker of forms."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from grilse.errors import GrilseError
from grilse.people import directory
from grilse.web.door import may

PAGE = 50
FIRST, MORE = 20, 100
"""Options of a picker: what fits under the field at first, then as many as one asks to see."""


@require_safe
@may("people.read")
def persons(request: HttpRequest) -> HttpResponse:
    """Show the persons whose names begin with what was typed; rows alone when more is asked for."""
    text, left = request.GET.get("q", "").strip(), "left" in request.GET
    after = request.GET.get("after") or None
    try:
        found = directory.picker(text, after=after, limit=PAGE, active=None if left else True)
    except GrilseError as error:
        raise Http404(str(error)) from error
    shown = {"found": found, "q": text, "left": left, "after": after}
    if "HX-Request" not in request.headers:
        return render(request, "people/persons.html", shown)
    return render(request, "people/_rows.html" if after else "people/_persons.html", shown)


@require_safe
@may("people.read")
def person(request: HttpRequest, id: int) -> HttpResponse:
    """Show a person, and how to reach them."""
    try:
        found = directory.person(id)
    except GrilseError as error:
        raise Http404(str(error)) from error
    return render(request, "people/person.html", {"person": found})


@require_safe
@may("people.read")
def options(request: HttpRequest) -> HttpResponse:
    """Show the persons to choose from, as a picker asks for them while somebody types."""
    text, after = request.GET.get("who", "").strip(), request.GET.get("after") or None
    try:
        found = directory.picker(text, after=after, limit=MORE if after else FIRST)
    except GrilseError as error:
        raise Http404(str(error)) from error
    return render(request, "people/_options.html", {"found": found, "text": text, "after": after})
