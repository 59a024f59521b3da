"""What changes a company's people and places."""

from django.contrib.auth import get_user_model

from grilse import home
from grilse.farm.models import Company, Membership
from grilse.farm.tenancy import acting_for

DEMO_USER = "demo"


def ensure_demo_login(company: Company) -> tuple[str, str]:
    """Make the demo user able to act for a company; return its name and lasting password."""
    password = home.secret("demo_password")
    with acting_for(company.pk):
        user, _ = get_user_model().objects.get_or_create(username=DEMO_USER)
        if not user.check_password(password):
            user.set_password(password)
            user.save()
        Membership.objects.get_or_create(company_id=company.pk, user=user)
    return DEMO_USER, password
