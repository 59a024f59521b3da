"""What every page knows."""

from django.http import HttpRequest

from grilse.farm.models import Company
from grilse.web.middleware import company_in


def company(request: HttpRequest) -> dict[str, object]:
    """Give templates the company that the request acts for; one statement."""
    company_id = company_in(request)
    return {"company": Company.objects.filter(pk=company_id).first() if company_id else None}
