"""What every page knows."""

from django.http import HttpRequest

from grilse.farm.models import Company


def company(request: HttpRequest) -> dict[str, object]:
    """Give templates the company that the request acts for; one statement."""
    company_id = getattr(request, "company_id", None)
    return {"company": Company.objects.filter(pk=company_id).first() if company_id else None}
