"""The matrix of who may do what, as `permissions.toml` says it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True, slots=True)
class Permission:
    """Something that can be allowed."""

    name: str
    says: str
    """What it allows, as the end of the sentence "may …"."""
    roles: frozenset[str]


@cache
def load_roles() -> tuple[str, ...]:
    """Return the roles, the mightiest first."""
    return tuple(_read_source()["roles"])


@cache
def load_permissions() -> Mapping[str, Permission]:
    """Return every permission by its name, in the order of the file."""
    permissions_by_name = {
        f"{room}.{verb}": Permission(name=f"{room}.{verb}", says=entry["says"], roles=frozenset(entry["roles"]))
        for room, verbs in _read_source().items()
        if room != "roles"
        for verb, entry in verbs.items()
    }
    return MappingProxyType(permissions_by_name)


@cache
def find_roles_with(needed: tuple[str, ...]) -> frozenset[str]:
    """Return the roles that have all of some permissions; a name that does not exist is a KeyError."""
    return frozenset(load_roles()).intersection(*(load_permissions()[name].roles for name in needed))


def _read_source() -> dict:
    text = resources.files("grilse.access").joinpath("permissions.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
