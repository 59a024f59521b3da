"""What every page knows."""

from django.http import HttpRequest

from grilse.door import entered_in


def company(request: HttpRequest) -> dict[str, object]:
    """Give templates the company that the request acts for."""
    return {"company": entered_in(request)}
