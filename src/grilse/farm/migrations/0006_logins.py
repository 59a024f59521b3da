"""Who is a person of the company is looked up for the logins that are named, not for all of them first."""

from django.db import migrations

from grilse.access.tenancy import CURRENT_COMPANY_SQL

LISTED = f"id IN (SELECT user_id FROM farm_membership WHERE company_id = {CURRENT_COMPANY_SQL})"
PROBED = (
    f"EXISTS (SELECT FROM farm_membership m WHERE m.company_id = {CURRENT_COMPANY_SQL} AND m.user_id = auth_user.id)"
)


def policy(of_the_company: str) -> str:
    """Return what makes the policy anew."""
    return f"ALTER POLICY people ON auth_user USING ({CURRENT_COMPANY_SQL} IS NULL OR {of_the_company})"


class Migration(migrations.Migration):
    dependencies = [("farm", "0005_own_answers")]

    operations = [migrations.RunSQL(policy(PROBED), policy(LISTED))]
