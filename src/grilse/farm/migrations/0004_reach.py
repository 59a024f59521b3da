"""What a login sees: one company, and in it the geographies of its roles; the doors enter by one function."""

from django.db import migrations

from grilse.access.reach import create_geography_policy, create_reach_function
from grilse.access.tenancy import CURRENT_COMPANY_SQL, create_company_policy, create_company_references

EVENTS = ("membership", "apikey", "geography", "area", "station", "hall", "container", "feedstore", "sensor")
LISTED = "nullif(nullif(current_setting('app.geographies', true), '*'), '')"
MINE = "nullif(current_setting('app.company', true), '')::bigint"
USER = "nullif(current_setting('app.user', true), '')::bigint"

# A role counts where the login holds it; one held everywhere counts for every geography.
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
KEY = """
CREATE FUNCTION farm_key(hash text)
RETURNS TABLE (id bigint, "user" bigint, company bigint, scopes jsonb, expires_at timestamptz, revoked boolean,
               active boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT k.id, k.user_id, k.company_id, k.scopes, k.expires_at, k.revoked_at IS NOT NULL, u.is_active
    FROM farm_apikey k JOIN auth_user u ON u.id = k.user_id WHERE k.digest = hash
$$
"""
# A new login is in no company yet, so no policy shows it; a name that is taken is all that is learned of others.
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


class Migration(migrations.Migration):
    dependencies = [("farm", "0003_access"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [
        migrations.RunSQL(
            "DROP POLICY own ON farm_membership",
            f"CREATE POLICY own ON farm_membership FOR SELECT USING (user_id = (SELECT {USER}))",
        ),
        create_company_policy("farm_apikey"),
        create_company_policy("farm_keptanswer"),
        create_company_policy("farm_bulkload", append_only=True),
        *[create_company_policy(f"farm_{name}event", append_only=True) for name in EVENTS],
        create_company_references("farm_membership", geography_id="farm_geography"),
        migrations.RunSQL(ENTER, "DROP FUNCTION farm_enter(bigint, bigint, text[])"),
        migrations.RunSQL(KEY, "DROP FUNCTION farm_key(text)"),
        migrations.RunSQL(LOGIN, "DROP FUNCTION farm_new_login(text, text, text)"),
        create_reach_function("farm_geographies", f"SELECT unnest({LISTED}::bigint[])"),
        create_reach_function(
            "farm_stations",
            f"SELECT id FROM farm_station WHERE company_id = {MINE} AND geography_id IN (SELECT farm_geographies())",
        ),
        create_reach_function(
            "farm_areas",
            f"SELECT id FROM farm_area WHERE company_id = {MINE} AND geography_id IN (SELECT farm_geographies())",
        ),
        create_reach_function("farm_halls", "SELECT id FROM farm_hall WHERE station_id IN (SELECT farm_stations())"),
        *[
            create_reach_function(
                f"farm_{name}",
                f"SELECT id FROM {table} WHERE hall_id IN (SELECT farm_halls())"
                " UNION ALL"
                f" SELECT id FROM {table} WHERE area_id IN (SELECT farm_areas())",
            )
            for name, table in (("containers", "farm_container"), ("stores", "farm_feedstore"))
        ],
        create_geography_policy("farm_geography", "id", of="geography_id"),
        *[
            create_geography_policy(f"farm_{name}", *columns)
            for name, columns in {
                "area": ["geography_id"],
                "station": ["geography_id"],
                "hall": ["station_id"],
                "container": ["hall_id", "area_id"],
                "feedstore": ["hall_id", "area_id"],
                "sensor": ["container_id"],
                "membership": ["geography_id"],
                "areaevent": ["geography_id"],
                "stationevent": ["geography_id"],
                "hallevent": ["station_id"],
                "containerevent": ["hall_id", "area_id"],
                "feedstoreevent": ["hall_id", "area_id"],
                "sensorevent": ["container_id"],
                "membershipevent": ["geography_id"],
            }.items()
        ],
        create_geography_policy("farm_geographyevent", "id", of="geography_id"),
        # A login is found before any company is acted for; then only the company's own people are there.
        migrations.RunSQL(
            [
                "ALTER TABLE auth_user ENABLE ROW LEVEL SECURITY",
                (
                    f"CREATE POLICY people ON auth_user USING ({CURRENT_COMPANY_SQL} IS NULL OR id IN"
                    f" (SELECT user_id FROM farm_membership WHERE company_id = {CURRENT_COMPANY_SQL}))"
                ),
            ],
            ["DROP POLICY people ON auth_user", "ALTER TABLE auth_user DISABLE ROW LEVEL SECURITY"],
        ),
    ]
