"""Which company a login acts for."""

from django.db import connection, transaction

from grilse.farm.models import Membership


def company_of(user_id: int) -> int | None:
    """Return the first company that a login belongs to, if any; two statements."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.user', %s, true)", [str(user_id)])
        memberships = Membership.objects.filter(user_id=user_id).order_by("company_id")
        return memberships.values_list("company_id", flat=True).first()
