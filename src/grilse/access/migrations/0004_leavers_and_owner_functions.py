"""Logins that left a company keep their names in it; functions of the owner have a fixed search path."""

from django.db import migrations

from grilse.access.audit import IGNORE_NOTHING
from grilse.access.database_privileges import FIX_SEARCH_PATHS
from grilse.access.migration_rules import create_function, create_policies, enable_row_security
from grilse.access.tenancy import CURRENT_COMPANY_SQL

# The logins that are or were members of a company: their names stay visible in it.
COMPANY_LOGINS = """
CREATE TABLE farm_companylogin (
  company_id bigint NOT NULL REFERENCES farm_company ON DELETE CASCADE,
  user_id integer NOT NULL REFERENCES auth_user,
  PRIMARY KEY (company_id, user_id)
)
"""
FILL_COMPANY_LOGINS = """
INSERT INTO farm_companylogin
SELECT company_id, user_id FROM farm_membership
 UNION
SELECT company_id, user_id FROM farm_membershipevent e WHERE EXISTS (SELECT FROM auth_user u WHERE u.id = e.user_id)
"""
MEMBER_NOW = (
    f"EXISTS (SELECT FROM farm_membership m WHERE m.company_id = {CURRENT_COMPANY_SQL} AND m.user_id = auth_user.id)"
)
MEMBER_EVER = (
    f"EXISTS (SELECT FROM farm_companylogin l WHERE l.company_id = {CURRENT_COMPANY_SQL} AND l.user_id = auth_user.id)"
)
# Whoever loses the last role in a company loses the keys for it. Whoever has no role in any company is retired: the
# login is inactive, and its sessions end for good, since Django derives a session's hash from the password.
MEMBERSHIP_CHANGED = """
CREATE FUNCTION farm_membership_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    -- Of two roles that are taken at once, the later transaction sees both gone.
    PERFORM FROM auth_user WHERE id = OLD.user_id FOR UPDATE;
    IF NOT EXISTS (SELECT FROM farm_membership WHERE company_id = OLD.company_id AND user_id = OLD.user_id) THEN
      UPDATE farm_apikey SET revoked_at = now()
       WHERE company_id = OLD.company_id AND user_id = OLD.user_id AND revoked_at IS NULL;
    END IF;
    IF NOT EXISTS (SELECT FROM farm_membership WHERE user_id = OLD.user_id) THEN
      UPDATE auth_user SET is_active = false, password = '!' || replace(gen_random_uuid()::text, '-', '')
       WHERE id = OLD.user_id;
    END IF;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO farm_companylogin VALUES (NEW.company_id, NEW.user_id) ON CONFLICT DO NOTHING;
    UPDATE auth_user SET is_active = true
     WHERE id = NEW.user_id AND NOT is_active
       AND NOT EXISTS (SELECT FROM farm_membership m WHERE m.user_id = NEW.user_id AND m.id <> NEW.id);
  END IF;
  RETURN NULL;
END $$
"""
LOGIN_IS_KEPT = """
CREATE FUNCTION farm_keep_login() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a login is never deleted, since history names it: take its roles away, which retires it';
  END IF;
  RAISE EXCEPTION 'a login keeps its name, since history names it: add another login';
END $$
"""
TRIGGERS = {
    "membership_changed": "AFTER INSERT OR DELETE OR UPDATE OF company_id, user_id ON farm_membership"
    " FOR EACH ROW EXECUTE FUNCTION farm_membership_changed()",
    "login_is_kept": "BEFORE DELETE ON auth_user FOR EACH ROW EXECUTE FUNCTION farm_keep_login()",
    "login_keeps_name": "BEFORE UPDATE OF username ON auth_user FOR EACH ROW"
    " WHEN (OLD.username IS DISTINCT FROM NEW.username) EXECUTE FUNCTION farm_keep_login()",
}
# Lets the worker open a transaction for each company; ids tell nothing of a company.
COMPANY_IDS = """
CREATE FUNCTION farm_company_ids() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER
AS $$ SELECT id FROM farm_company ORDER BY id $$
"""


def create_triggers() -> list[migrations.RunSQL]:
    """Return the triggers on memberships and logins."""
    return [
        migrations.RunSQL(
            f"CREATE TRIGGER {name} {text}",
            f"DROP TRIGGER {name} ON {'farm_membership' if 'farm_membership ' in text else 'auth_user'}",
        )
        for name, text in TRIGGERS.items()
    ]


class Migration(migrations.Migration):
    # The functions of these are older than the fixed search path.
    dependencies = [
        ("access", "0003_rules"),
        ("people", "0002_rules"),
        ("helpdesk", "0002_rules"),
        ("environment", "0002_rules"),
        ("feeding", "0002_rules"),
        ("official", "0002_rules"),
        ("growth", "0002_rules"),
        ("planning", "0002_rules"),
        ("health", "0002_rules"),
        ("generator", "0002_rules"),
        ("jobs", "0002_rules"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [
        migrations.RunSQL(COMPANY_LOGINS, "DROP TABLE farm_companylogin"),
        migrations.RunSQL(FILL_COMPANY_LOGINS, migrations.RunSQL.noop),
        enable_row_security("farm_companylogin"),
        create_policies("farm_companylogin", company_reads=f"FOR SELECT USING (company_id = {CURRENT_COMPANY_SQL})"),
        migrations.RunSQL(
            f"ALTER POLICY people ON auth_user USING ({CURRENT_COMPANY_SQL} IS NULL OR {MEMBER_EVER})",
            f"ALTER POLICY people ON auth_user USING ({CURRENT_COMPANY_SQL} IS NULL OR {MEMBER_NOW})",
        ),
        create_function(MEMBERSHIP_CHANGED, "farm_membership_changed()"),
        create_function(LOGIN_IS_KEPT, "farm_keep_login()"),
        *create_triggers(),
        create_function(COMPANY_IDS, "farm_company_ids()"),
        migrations.RunSQL(IGNORE_NOTHING, migrations.RunSQL.noop),
        migrations.RunSQL(FIX_SEARCH_PATHS, migrations.RunSQL.noop),
    ]
