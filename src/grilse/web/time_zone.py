"""Pages tell times in the time zone that the company works in."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from grilse.people.actions.rules import read_work_rules

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def in_company_time_zone(view: View) -> View:
    """Show a page in the company's time zone; one statement."""

    @wraps(view)
    def within(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with timezone.override(ZoneInfo(read_work_rules().time_zone)):
            return view(request, *args, **kwargs)

    return within  # type: ignore[return-value]
