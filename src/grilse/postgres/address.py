"""Parse, build and check PostgreSQL addresses without revealing their passwords."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict

from grilse.errors import GrilseError

CONNECT_SECONDS = 5
SHUTDOWN = "57P"
"""States of statements that the server's administrator ends; libpq reports a broken connection without a state."""


def build_url(parts: Mapping[str, str | int | None]) -> str:
    """Return a URL for psql, Django and other tools; a socket's folder becomes the parameter that all of them read."""
    rest = {key: str(value) for key, value in parts.items() if value not in (None, "")}
    user, password = rest.pop("user", ""), rest.pop("password", "")
    database = rest.pop("dbname", "")
    login = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
    server = ""
    if "/" not in rest.get("host", "/") and "," not in rest["host"]:
        host, port = rest.pop("host"), rest.pop("port", "")
        server = (f"[{host}]" if ":" in host else quote(host)) + (f":{port}" if port else "")
    query = f"?{urlencode(rest, quote_via=quote)}" if rest else ""
    return f"postgresql://{login}{'@' if login else ''}{server}/{quote(database, safe='')}{query}"


def parse_address(text: str, name: str) -> dict[str, str | int | None]:
    """Parse an address; `name` is the variable that it came from."""
    try:
        return dict(conninfo_to_dict(text))
    except psycopg.Error:
        # libpq's message may quote the password.
        raise GrilseError(
            f"{name} is not a PostgreSQL address; write postgresql://user:password@host:5432/database"
        ) from None


def check_connection(text: str, name: str) -> None:
    """Connect once; raise a one-line error if that fails."""
    parameters = parse_address(text, name)
    limit = parameters.get("connect_timeout") or CONNECT_SECONDS
    try:
        psycopg.connect(text, connect_timeout=int(limit)).close()
    except psycopg.OperationalError as error:
        raise GrilseError(f"cannot connect to {name}: {describe_error(error, parameters.get('password'))}") from None


def describe_error(error: Exception, password: object) -> str:
    """Return the first line of an error message without the password."""
    message = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return message.replace(str(password), "…") if password else message


def describe_lost_connection(error: BaseException | None) -> str | None:
    """Return why a connection ended, if an error or one of its causes says that it did."""
    while error is not None:
        if isinstance(error, psycopg.OperationalError) and (error.sqlstate or SHUTDOWN)[:3] == SHUTDOWN:
            return describe_error(error, None)
        error = error.__cause__ or error.__context__
    return None


def hide_password(text: str) -> str:
    """Return an address without its password."""
    parameters = parse_address(text, "DATABASE_URL")
    return build_url({key: value for key, value in parameters.items() if key != "password"})
