"""Choose the database: the one that DATABASE_URL names, otherwise the embedded one."""

import os

from grilse import home
from grilse.errors import GrilseError
from grilse.postgres import address, roles


def is_external() -> bool:
    """Return whether DATABASE_URL names the server."""
    return bool(os.environ.get("DATABASE_URL"))


def resolve_urls() -> tuple[str, str]:
    """Return the addresses of the owner (migrations, bulk loads) and of the application role (requests).

    Starts the embedded server if it is used, and connects once to an external one.
    """
    if not is_external():
        from grilse.postgres import embedded_cluster

        cluster = embedded_cluster.ensure_cluster()
        return cluster.owner_url, cluster.app_url
    owner = os.environ["DATABASE_URL"]
    address.check_connection(owner, "DATABASE_URL")
    return owner, resolve_app_url(owner)


def resolve_app_url(owner: str) -> str:
    """Return GRILSE_APP_URL, otherwise the owner's address with the application role of this home."""
    configured = os.environ.get("GRILSE_APP_URL")
    if configured:
        address.parse_address(configured, "GRILSE_APP_URL")
        return configured
    parts = address.parse_address(owner, "DATABASE_URL")
    parts.update(user=roles.APP, password=home.read_secret("app_password"))
    for credential in ("passfile", "service", "sslcert", "sslkey"):
        parts.pop(credential, None)
    return address.build_url(parts)


def refuse_external(verb: str) -> None:
    """Refuse what only makes sense for the embedded server."""
    if is_external():
        raise GrilseError(
            f"DATABASE_URL is set, and grilse does not {verb} a server that is not its own: unset it first"
        )
