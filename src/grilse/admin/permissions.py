"""Permissions of the verbs of a model."""

from dataclasses import dataclass, fields

from django.http import HttpRequest

from grilse.access.permissions import find_roles_with
from grilse.access.requests import check_permission_names, get_request_context

PermissionNames = tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelPermissions:
    """The permissions of each verb; nobody may use a verb without permissions."""

    view: PermissionNames
    add: PermissionNames = ()
    change: PermissionNames = ()
    delete: PermissionNames = ()

    def __post_init__(self) -> None:
        for field in fields(self):
            permissions = getattr(self, field.name)
            if permissions or field.name == "view":
                check_permission_names(*permissions)


def has_permissions(request: HttpRequest, needed: PermissionNames) -> bool:
    """Tell whether the user has a role with these permissions in any geography; False if none are given."""
    context = get_request_context(request)
    able = find_roles_with(needed) if needed else frozenset()
    return context is not None and any(membership.role in able for membership in context.held)
