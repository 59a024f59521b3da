"""The application role: it reads and writes rows, owns nothing, and is bound by every row-level security policy."""

from typing import Any, LiteralString

import psycopg
from psycopg import sql

from grilse.errors import GrilseError
from grilse.postgres import address

APP = "grilse_app"
OLDEST_VERSION = 15
SCHEMA = sql.Identifier("public")
DEFAULT_PRIVILEGES: LiteralString = "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema}"

Connection = psycopg.Connection[tuple[Any, ...]]


def prepare_app_role(owner_url: str, app_url: str) -> None:
    """Connect as the owner of the tables, and grant the application role their rows."""
    with psycopg.connect(owner_url) as connection:
        grant_app_role(connection, app_url)


def grant_app_role(connection: Connection, app_url: str) -> None:
    """Create the application role if it is missing, and grant it the rows of existing and future tables.

    Runs as the owner of the tables, any number of times; after migrations it covers the new tables.
    """
    app = address.parse_address(app_url, "GRILSE_APP_URL")
    role, password = str(app.get("user") or ""), str(app.get("password") or "")
    try:
        make_role(connection, role, password)
        refuse_unbound_role(connection, role)
        grant_privileges(connection, role)
    except psycopg.errors.InsufficientPrivilege as error:
        raise GrilseError(
            f"DATABASE_URL's role may not set up role {role} ({address.describe_error(error, password)}):"
            " give it CREATEROLE, or make the role by hand and name it in GRILSE_APP_URL"
        ) from error


def check_owner(connection: Connection) -> None:
    """Refuse a server that is too old, or a role that may not create tables."""
    if connection.info.server_version < OLDEST_VERSION * 10_000:
        raise GrilseError(f"DATABASE_URL's server is older than PostgreSQL {OLDEST_VERSION}: use a newer one")
    privileges = connection.execute(
        "SELECT has_schema_privilege('public', 'CREATE'), current_user::text, current_database()::text"
    ).fetchone()
    if privileges and not privileges[0]:
        raise GrilseError(
            f"role {privileges[1]} of DATABASE_URL may not create tables in database {privileges[2]}:"
            f" ALTER DATABASE {privileges[2]} OWNER TO {privileges[1]}"
        )


def make_role(connection: Connection, role: str, password: str) -> None:
    """Create the role, or set the password of the one that Grilse named; leave any other role as it is."""
    if role == APP or not has_role(connection, role):
        create_or_alter_role(connection, role, password, "LOGIN")


def create_or_alter_role(connection: psycopg.Connection[Any], role: str, password: str, options: LiteralString) -> None:
    """Create a role, or give an existing one these options and password.

    The server gets the password as the verifier that it stores, so that no statement or log contains it.
    """
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    connection.execute(
        sql.SQL("{} {} {} PASSWORD {}").format(
            sql.SQL("ALTER ROLE" if has_role(connection, role) else "CREATE ROLE"),
            sql.Identifier(role),
            sql.SQL(options),
            sql.Literal(verifier.decode()),
        )
    )


def has_role(connection: psycopg.Connection[Any], role: str) -> bool:
    """Return whether the server has a role of this name."""
    return connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is not None


def refuse_unbound_role(connection: Connection, role: str) -> None:
    """Refuse a role that row-level security would not bind."""
    row = connection.execute(
        """
        SELECT rolsuper OR rolbypassrls OR pg_has_role(oid, current_user, 'MEMBER')
        FROM pg_roles WHERE rolname = %s
        """,
        [role],
    ).fetchone()
    if row is None or row[0]:
        raise GrilseError(
            f"role {role or '(none)'} of GRILSE_APP_URL would see every company's rows: it must be a role of"
            " its own, no superuser, without BYPASSRLS, and no member of the owner"
        )


def grant_privileges(connection: Connection, role: str) -> None:
    """Grant access to rows, and nothing that changes a table."""
    names = {"schema": SCHEMA, "role": sql.Identifier(role)}
    for text in (
        "GRANT USAGE ON SCHEMA {schema} TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        DEFAULT_PRIVILEGES + " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
        DEFAULT_PRIVILEGES + " GRANT USAGE, SELECT ON SEQUENCES TO {role}",
    ):
        connection.execute(sql.SQL(text).format(**names))
