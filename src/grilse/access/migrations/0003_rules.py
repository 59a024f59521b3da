"""Row policies of companies, memberships, keys and logins; functions that open a request and add a login."""

from django.db import migrations

from grilse.access.migration_rules import (
    create_company_policy,
    create_company_references,
    create_function,
    create_geography_policy,
    create_policies,
    enable_row_security,
    with_events,
)
from grilse.access.tenancy import CURRENT_COMPANY_SQL, USER_SQL

# Finds the company of a login and opens the transaction for it. A role counts in the geographies for which the
# login holds it; a role without a geography counts in all.
ENTER = """
CREATE FUNCTION farm_enter(who bigint, wanted bigint, allowed text[])
RETURNS TABLE (company bigint, name text, held json, allowed_in bigint[], everywhere boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  SELECT c.id, c.name INTO company, name
    FROM farm_membership m JOIN farm_company c ON c.id = m.company_id
   WHERE m.user_id = who AND (wanted IS NULL OR c.id = wanted) ORDER BY c.id LIMIT 1;
  SELECT coalesce(json_agg(json_build_array(m.role, m.geography_id) ORDER BY m.role, m.geography_id), '[]'),
         coalesce(array_agg(DISTINCT m.geography_id ORDER BY m.geography_id)
                  FILTER (WHERE m.role = ANY(allowed) AND m.geography_id IS NOT NULL), '{}'),
         coalesce(bool_or(m.role = ANY(allowed) AND m.geography_id IS NULL), false)
    INTO held, allowed_in, everywhere
    FROM farm_membership m WHERE m.user_id = who AND m.company_id = company;
  PERFORM set_config('app.company', coalesce(company::text, ''), true),
          set_config('app.user', who::text, true),
          set_config('app.geographies', CASE WHEN everywhere THEN '*' ELSE allowed_in::text END, true),
          set_config('app.reason', '', true),
          set_config('pghistory.context_metadata', json_build_object('user', who)::text, true);
  RETURN NEXT;
END $$
"""
# Finds an API key by its digest, before a company is known.
KEY = """
CREATE FUNCTION farm_key(hash text)
RETURNS TABLE (id bigint, "user" bigint, company bigint, scopes jsonb, expires_at timestamptz, revoked boolean,
               active boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT k.id, k.user_id, k.company_id, k.scopes, k.expires_at, k.revoked_at IS NOT NULL, u.is_active
    FROM farm_apikey k JOIN auth_user u ON u.id = k.user_id WHERE k.digest = hash
$$
"""
# Adds a login. It belongs to no company yet, so no policy shows it; the caller learns of other companies' logins
# only that a name is in use.
LOGIN = """
CREATE FUNCTION farm_new_login(name text, address text, hash text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active,
                         date_joined)
  SELECT hash, false, name, '', '', address, false, true, now()
   WHERE NOT EXISTS (SELECT FROM auth_user WHERE lower(username) = lower(name))
      ON CONFLICT DO NOTHING RETURNING id
$$
"""
# Looks up one login at a time: reading all members first would take longer.
IS_MEMBER = (
    f"EXISTS (SELECT FROM farm_membership m WHERE m.company_id = {CURRENT_COMPANY_SQL} AND m.user_id = auth_user.id)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_memberships"),
        ("farm", "0002_rules"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        *create_company_policy("farm_company", column="id"),
        *create_company_policy("farm_membership", tracked=True),
        *create_company_policy("farm_apikey", tracked=True),
        *create_company_policy("farm_keptanswer"),
        *create_company_policy("farm_bulkload", append_only=True),
        # Only the login that sent a write reads its stored response.
        create_policies("farm_keptanswer", own=f"AS RESTRICTIVE USING (user_id = (SELECT {USER_SQL}))"),
        create_company_references("farm_membership", geography_id="farm_geography"),
        *[create_geography_policy(table, "geography_id") for table in with_events("farm_membership")],
        create_function(ENTER, "farm_enter(bigint, bigint, text[])"),
        create_function(KEY, "farm_key(text)"),
        create_function(LOGIN, "farm_new_login(text, text, text)"),
        # A request finds its login before it has a company; then it sees the members of that company only.
        enable_row_security("auth_user"),
        create_policies("auth_user", people=f"USING ({CURRENT_COMPANY_SQL} IS NULL OR {IS_MEMBER})"),
    ]
