"""What changes a company's people and places."""

from django.contrib.auth import get_user_model

from grilse.access.models import Membership
from grilse.access.tenancy import tenant_transaction

DEMO_USER = "demo"


def ensure_demo_login(company_id: int, password: str) -> str:
    """Make the demo user with this password and able to act for a company; return its name."""
    user, _ = get_user_model().objects.get_or_create(username=DEMO_USER)
    if not user.check_password(password):
        user.set_password(password)
        user.save()
    with tenant_transaction(company_id, user.pk):
        Membership.objects.get_or_create(company_id=company_id, user=user, role=Membership.Role.ADMIN, geography=None)
    return DEMO_USER
