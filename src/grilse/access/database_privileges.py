"""What the application role can do in the database besides rows: functions, triggers, temporary tables, schemas."""

import re
from dataclasses import asdict, dataclass
from typing import Any, LiteralString

from psycopg import Connection, sql

from grilse.access.audit import FIXED_SEARCH_PATH
from grilse.access.row_security_check import find_unguarded_tables
from grilse.errors import GrilseError

# Functions that run with the rights of the owner, whom no row policy binds, and what each does for its caller.
OWNER_FUNCTIONS = {
    "farm_enter": "opens the transaction of a login in a company where it has a role",
    "farm_key": "finds one API key by its digest",
    "farm_new_login": "adds a login without a role",
    "farm_login_companies": "lists the companies of one login",
    "farm_company_ids": "lists the ids of companies for the worker",
    "farm_geographies": "lists ids in reach of the transaction",
    "farm_stations": "lists ids in reach of the transaction",
    "farm_halls": "lists ids in reach of the transaction",
    "farm_areas": "lists ids in reach of the transaction",
    "farm_containers": "lists ids in reach of the transaction",
    "farm_stores": "lists ids in reach of the transaction",
    "stock_placements": "lists ids in reach of the transaction",
    "stock_batches_elsewhere": "lists ids out of reach of the transaction",
    "helpdesk_workplaces": "lists where the login of the transaction works on tickets",
    "people_me": "finds the person of the login of the transaction",
    "people_reports": "lists who reports to the person of the login",
    "people_mates": "lists the team of the person of the login",
    "people_within": "lists persons in reach of the transaction",
    "people_retain": "deletes expired records of the company of the transaction",
    "people_write_wellbeing": "writes a weekly report of the company of the transaction",
}
# Trigger functions that run as the owner; no role calls them.
OWNER_TRIGGERS = ("farm_membership_changed", "people_login_stays")
# Functions that run with the rights of their caller, and that the application role calls, beside procrastinate's.
CALLED_FUNCTIONS = ("_pgtrigger_should_ignore", "helpdesk_escalate")
CALLED_NAMES = [*OWNER_FUNCTIONS, *CALLED_FUNCTIONS]
FAULTY_TABLE = re.compile(r"(?:table|view) (\w+)")
FIRST_PROBLEMS = 5  # problems of a refusal
ROW_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True, kw_only=True, slots=True)
class DatabasePrivilege:
    """One object or right of the catalogue, and what is wrong with it."""

    kind: str
    """owner function, owner trigger, trigger, function, right or row policy"""
    name: str
    detail: str
    problem: str
    """Empty if nothing is wrong."""


def read_privileges(connection: Connection[Any], role: str) -> list[DatabasePrivilege]:
    """Return functions, their search paths and callers, and the rights of the application role; two statements."""
    return [*_read_functions(connection, role), *_read_rights(connection, role)]


def list_access_faults(connection: Connection[Any]) -> list[DatabasePrivilege]:
    """Return the tables and views that show one company another's rows; one statement."""
    return [
        DatabasePrivilege(kind="row policy", name=FAULTY_TABLE.findall(fault)[0], detail="", problem=fault)
        for fault in find_unguarded_tables(connection)
    ]


def refuse_wide_privileges(connection: Connection[Any], role: str) -> None:
    """Refuse a database in which the application role can divert history or act as the owner."""
    problems = [row.problem for row in read_privileges(connection, role) if row.problem]
    if problems:
        rest = len(problems) - FIRST_PROBLEMS
        more = f"; and {rest} more, which `grilse check access` lists" if rest > 0 else ""
        raise GrilseError(
            f"the application role {role} could act as the owner or avoid the history:"
            f" {'; '.join(problems[:FIRST_PROBLEMS])}{more}"
            " (`grilse db init` as the owner of the database sets all of it)"
        )


def secure_functions(connection: Connection[Any], role: str) -> None:
    """Fix the search path of functions, and let the application role alone call those that it needs."""
    connection.execute(FIX_SEARCH_PATHS)
    for statement in REVOKE_RIGHTS:
        connection.execute(sql.SQL(statement).format(role=sql.Identifier(role), database=_name_database(connection)))
    connection.execute(sql.SQL(GRANT_FUNCTIONS).format(role=sql.Literal(role), called=sql.Literal(CALLED_NAMES)))


def serialize_privileges(rows: list[DatabasePrivilege]) -> dict[str, Any]:
    """Return the catalogue as `grilse check access --json` prints it."""
    return {"ok": not any(row.problem for row in rows), "catalogue": [asdict(row) for row in rows]}


def _name_database(connection: Connection[Any]) -> sql.Identifier:
    return sql.Identifier(connection.info.dbname)


def _read_functions(connection: Connection[Any], role: str) -> list[DatabasePrivilege]:
    rows = connection.execute(FUNCTIONS_SQL, {"role": role})
    return [_judge_function(*row) for row in rows]


def _judge_function(
    name: str, signature: str, is_owners: bool, is_trigger: bool, path: str, callable_by: list[str], owner: str
) -> DatabasePrivilege:
    kind = ("owner " if is_owners else "") + ("trigger" if is_trigger else "function")
    needed = name in CALLED_NAMES or name.startswith("procrastinate_")
    problem = ""
    if is_owners and name not in (OWNER_TRIGGERS if is_trigger else OWNER_FUNCTIONS):
        problem = f"function {signature} runs as its owner {owner} and is not listed: make it SECURITY INVOKER"
    elif (is_owners or is_trigger) and path != FIXED_SEARCH_PATH:
        problem = (
            f"function {signature} has the search path {path or 'of its caller'}:"
            f" ALTER FUNCTION {signature} SET search_path = {FIXED_SEARCH_PATH}"
        )
    elif "PUBLIC" in callable_by:
        problem = f"every role may call {signature}: REVOKE EXECUTE ON FUNCTION {signature} FROM PUBLIC"
    elif callable_by and (is_trigger or not needed):
        problem = f"the application role may call {signature}, which it does not need: REVOKE EXECUTE"
    purpose = OWNER_FUNCTIONS.get(name, "")
    callers = f"called by {', '.join(callable_by) or 'nobody else'}"
    path_text = f"search path {path}" if path else "search path of its caller"
    return DatabasePrivilege(
        kind=kind, name=signature, detail="; ".join(filter(None, (purpose, callers, path_text))), problem=problem
    )


def _read_rights(connection: Connection[Any], role: str) -> list[DatabasePrivilege]:
    rows = connection.execute(RIGHTS_SQL, {"role": role, "rows": list(ROW_RIGHTS)})
    return [
        DatabasePrivilege(kind="right", name=name, detail=detail, problem=problem) for name, detail, problem in rows
    ]


# Functions of extensions belong to them.
OWN_FUNCTIONS: LiteralString = """
  FROM pg_proc p
 WHERE p.pronamespace = 'public'::regnamespace AND p.prokind IN ('f', 'p')
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
                                             AND d.deptype = 'e')
"""
FIX_SEARCH_PATHS: LiteralString = (
    """
DO $fix$
DECLARE
  named regprocedure;
BEGIN
  FOR named IN SELECT p.oid::regprocedure"""
    + OWN_FUNCTIONS
    + """
     AND (p.prosecdef OR p.prorettype = 'trigger'::regtype)
     AND coalesce(p.proconfig, '{}') <> '{"search_path=pg_catalog, public, pg_temp"}'
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, public, pg_temp', named);
  END LOOP;
END $fix$
"""
)
REVOKE_RIGHTS: tuple[LiteralString, ...] = (
    "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
    "REVOKE TEMPORARY, CREATE ON DATABASE {database} FROM PUBLIC, {role}",
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}",
)
GRANT_FUNCTIONS: LiteralString = (
    """
DO $grant$
DECLARE
  named record;
BEGIN
  FOR named IN SELECT p.oid::regprocedure AS function, p.proname, p.prorettype = 'trigger'::regtype AS is_trigger"""
    + OWN_FUNCTIONS.replace("{", "{{").replace("}", "}}")
    + """
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC, %I', named.function, {role}::text);
    IF NOT named.is_trigger AND (named.proname = ANY({called}) OR starts_with(named.proname, 'procrastinate_')) THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', named.function, {role}::text);
    END IF;
  END LOOP;
END $grant$
"""
)
FUNCTIONS_SQL: LiteralString = (
    """
SELECT p.proname, p.oid::regprocedure::text, p.prosecdef, p.prorettype = 'trigger'::regtype,
       coalesce((SELECT substr(c, 13) FROM unnest(p.proconfig) c WHERE c LIKE 'search_path=%%'), ''),
       ARRAY(SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END
               FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
              WHERE a.privilege_type = 'EXECUTE' AND a.grantee <> p.proowner
                AND (a.grantee = 0 OR pg_has_role(%(role)s, a.grantee, 'MEMBER')) ORDER BY 1),
       pg_get_userbyid(p.proowner)::text
"""
    + OWN_FUNCTIONS.replace("%", "%%")
    + " ORDER BY p.prosecdef DESC, p.prorettype = 'trigger'::regtype DESC, p.proname"
)
RIGHTS_SQL: LiteralString = """
WITH app AS (SELECT oid, rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles
              WHERE rolname = %(role)s)
SELECT 'role ' || rolname, 'bound by row policies',
       CASE WHEN rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb
              OR EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
                                                  AND pg_has_role(app.oid, c.relowner, 'MEMBER'))
            THEN format('role %%s is a superuser, creates roles or databases, owns tables or avoids row policies:'
                        ' ALTER ROLE %%I NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB', rolname, rolname)
            ELSE '' END
  FROM app
UNION ALL
SELECT format('%%s on database %%s', lower(r.name), current_database()),
       CASE WHEN has_database_privilege(app.oid, current_database(), r.name) THEN 'granted' ELSE 'not granted' END,
       CASE WHEN has_database_privilege(app.oid, current_database(), r.name)
            THEN format('role %%s has %%s on database %%s: REVOKE %%s ON DATABASE %%I FROM PUBLIC, %%I', rolname,
                        r.name, current_database(), r.name, current_database(), rolname)
            ELSE '' END
  FROM app CROSS JOIN (VALUES ('TEMPORARY'), ('CREATE')) r (name)
UNION ALL
SELECT format('create in schema %%s', n.nspname),
       CASE WHEN has_schema_privilege(app.oid, n.oid, 'CREATE') THEN 'granted' ELSE 'not granted' END,
       CASE WHEN has_schema_privilege(app.oid, n.oid, 'CREATE')
            THEN format('role %%s may create objects in schema %%s: REVOKE CREATE ON SCHEMA %%I FROM PUBLIC, %%I',
                        rolname, n.nspname, n.nspname, rolname)
            ELSE '' END
  FROM app CROSS JOIN pg_namespace n
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
UNION ALL
SELECT format('%%s on table %%s', lower(a.privilege_type), c.relname), 'granted',
       format('role %%s has %%s on table %%s: REVOKE %%s ON %%I FROM PUBLIC, %%I', rolname, a.privilege_type, c.relname,
              a.privilege_type, c.relname, rolname)
  FROM app CROSS JOIN pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
   AND a.grantee <> c.relowner AND (a.grantee = 0 OR pg_has_role(app.oid, a.grantee, 'MEMBER'))
   AND a.privilege_type <> ALL(%(rows)s)
UNION ALL
SELECT format('trigger %%s on table %%s', t.tgname, t.tgrelid::regclass), 'disabled',
       format('trigger %%s of table %%s is disabled: ALTER TABLE %%s ENABLE TRIGGER %%I', t.tgname, t.tgrelid::regclass,
              t.tgrelid::regclass, t.tgname)
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE NOT t.tgisinternal AND t.tgenabled <> 'O' AND c.relnamespace = 'public'::regnamespace
"""
