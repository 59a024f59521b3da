"""Pages in the time zone of the company, that of its work rules."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from grilse.access.requests import rollback_on_error
from grilse.people.actions.rules import read_work_rules

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def show_company_time(view: View) -> View:
    """Return a view that reads and shows times in the time zone of the company; one statement."""

    @wraps(view)
    def within(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with timezone.override(ZoneInfo(read_work_rules().time_zone)):
            return rollback_on_error(view(request, *args, **kwargs))

    return within  # type: ignore[return-value]
