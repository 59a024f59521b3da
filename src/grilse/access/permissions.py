"""The permission matrix of `permissions.toml`: which role has which permission."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True, slots=True)
class Permission:
    """A permission and the roles that have it."""

    name: str
    says: str
    """What it allows, as the end of the sentence "may …"."""
    roles: frozenset[str]


@cache
def load_roles() -> tuple[str, ...]:
    """Return the roles, the one with most permissions first."""
    return tuple(_read_source()["roles"])


@cache
def load_permissions() -> Mapping[str, Permission]:
    """Return the permissions by name, in the order of the file."""
    permissions_by_name = {
        f"{app}.{verb}": Permission(name=f"{app}.{verb}", says=entry["says"], roles=frozenset(entry["roles"]))
        for app, verbs in _read_source().items()
        if app != "roles"
        for verb, entry in verbs.items()
    }
    return MappingProxyType(permissions_by_name)


@cache
def find_roles_with(needed: tuple[str, ...]) -> frozenset[str]:
    """Return the roles that have all of some permissions; raises KeyError for an unknown name."""
    return frozenset(load_roles()).intersection(*(load_permissions()[name].roles for name in needed))


def _read_source() -> dict:
    text = resources.files("grilse.access").joinpath("permissions.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
