"""Pages tell times in the time zone that the company works in."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from grilse.people.actions.rules import rules

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def zoned(view: View) -> View:
    """Show a page in the company's time zone; one statement."""

    @wraps(view)
    def within(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with timezone.override(ZoneInfo(rules().time_zone)):
            return view(request, *args, **kwargs)

    return within  # type: ignore[return-value]
