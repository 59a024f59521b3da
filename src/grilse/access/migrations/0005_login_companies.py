"""The companies of a login, from which it chooses the one that a page acts for."""

from django.db import migrations

from grilse.access.migration_rules import create_function

# A row policy shows the memberships of the transaction's company only.
COMPANIES = """
CREATE FUNCTION farm_login_companies(who bigint) RETURNS TABLE (id bigint, name text)
LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT c.id, c.name FROM farm_company c
   WHERE c.id IN (SELECT m.company_id FROM farm_membership m WHERE m.user_id = who) ORDER BY c.name, c.id
$$
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0004_leavers_and_owner_functions")]

    operations = [create_function(COMPANIES, "farm_login_companies(bigint)")]
