"""Finds tables whose rows the database does not separate by company; the server does not start with one."""

from typing import Any

from psycopg import Connection

from grilse.errors import GrilseError

# Tables that all companies share: reference data of the product, logins before a company is known, and the queue,
# whose jobs contain ids only.
SHARED_TABLES = (
    "stock_species", "stock_stage", "health_mortalitycause",
    "auth_group", "auth_group_permissions", "auth_permission", "auth_user_groups",
    "auth_user_user_permissions",
    "account_emailaddress", "account_emailconfirmation", "django_content_type", "django_migrations",
    "django_session", "django_admin_log", "pghistory_context", "grilse_structure",
    "procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers",
)  # fmt: skip


def find_unguarded_tables(connection: Connection[Any]) -> list[str]:
    """Return the tables and views that show one company another's rows, each with the remedy; one statement."""
    return [row[0] for row in connection.execute(UNGUARDED_TABLES_SQL, {"shared": list(SHARED_TABLES)})]


def refuse_unguarded_tables(connection: Connection[Any]) -> None:
    """Refuse a schema with a table or view that shows one company another's rows."""
    problems = find_unguarded_tables(connection)
    if problems:
        raise GrilseError(f"the database would show one company another's rows: {'; '.join(problems)}")


UNGUARDED_TABLES_SQL = """
WITH ours AS (
  SELECT c.oid, c.relname AS name, c.relkind, c.relrowsecurity AS bound, c.reloptions,
         EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'company_id'
                                              AND NOT a.attisdropped) AS owned
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
     -- Tables of extensions hold no rows of companies.
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                                               AND d.deptype = 'e')
),
apart AS (
  SELECT polrelid AS oid, bool_or(polpermissive) AS some
    FROM pg_policy
   WHERE position('app.company' IN coalesce(pg_get_expr(polqual, polrelid), '')
                                || coalesce(pg_get_expr(polwithcheck, polrelid), '')) > 0
   GROUP BY polrelid
),
wide AS (
  SELECT polrelid AS oid FROM pg_policy
   WHERE polpermissive AND position('app.company' IN coalesce(pg_get_expr(polqual, polrelid), '')
                                || coalesce(pg_get_expr(polwithcheck, polrelid), '')) = 0
)
SELECT CASE
         WHEN relkind = 'm' THEN format('materialised view %%s has no row policy: make it a table', name)
         WHEN relkind = 'v' THEN format('view %%s reads as its owner: make it security_invoker', name)
         WHEN NOT owned AND name NOT IN ('farm_company', 'auth_user')
           THEN format('table %%s has no company_id: give it one, or name it among the shared', name)
         WHEN NOT bound THEN format('table %%s has no row-level security: add create_company_policy(%%L)', name, name)
         WHEN oid IN (SELECT oid FROM wide)
           THEN format('a policy of table %%s does not ask for the company', name)
         ELSE format('table %%s has no policy: add create_company_policy(%%L)', name, name)
       END
  FROM ours
 WHERE CASE relkind
         WHEN 'v' THEN NOT coalesce('security_invoker=true' = ANY(reloptions), false)
         WHEN 'm' THEN true
         ELSE (owned OR name IN ('farm_company', 'auth_user'))
              AND (NOT bound OR oid IN (SELECT oid FROM wide) OR oid NOT IN (SELECT oid FROM apart))
           OR NOT owned AND name NOT IN ('farm_company', 'auth_user') AND name <> ALL(%(shared)s)
       END
 ORDER BY name
"""
