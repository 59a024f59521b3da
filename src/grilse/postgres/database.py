"""Which database to use: the one that DATABASE_URL names, else the embedded one."""

import os

from grilse import home
from grilse.errors import GrilseError
from grilse.postgres import address, roles


def is_external() -> bool:
    """Tell whether DATABASE_URL names the server."""
    return bool(os.environ.get("DATABASE_URL"))


def urls() -> tuple[str, str]:
    """Return the addresses of the owner (migrations, bulk loads) and of the application role (the doors).

    Starts the embedded server if that is the one, and connects once to an external one.
    """
    if not is_external():
        from grilse.postgres import launcher

        cluster = launcher.ensure()
        return cluster.owner_url, cluster.app_url
    owner = os.environ["DATABASE_URL"]
    address.check(owner, "DATABASE_URL")
    return owner, app_url(owner)


def app_url(owner: str) -> str:
    """Return GRILSE_APP_URL, else the owner's address with the application role of this home."""
    given = os.environ.get("GRILSE_APP_URL")
    if given:
        address.parts(given, "GRILSE_APP_URL")
        return given
    parts = address.parts(owner, "DATABASE_URL")
    parts.update(user=roles.APP, password=home.secret("app_password"))
    for credential in ("passfile", "service", "sslcert", "sslkey"):
        parts.pop(credential, None)
    return address.url(parts)


def refuse_external(verb: str) -> None:
    """Refuse what only makes sense for the embedded server."""
    if is_external():
        raise GrilseError(
            f"DATABASE_URL is set, and grilse does not {verb} a server that is not its own: unset it first"
        )
