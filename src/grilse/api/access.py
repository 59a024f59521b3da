"""Who asks, who may do what, and the keys of programs."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Schema, Status

from grilse.access import api_keys, memberships, queries
from grilse.access.permissions import find_roles_with, load_permissions, load_roles
from grilse.access.principal import RequestContext
from grilse.access.reasons import require_reason
from grilse.access.requests import get_request_context, require_principal
from grilse.api.idempotency import NO_STORE
from grilse.api.input_schemas import CreatedIds, Id, Text, Timestamp
from grilse.api.routers import ACCESS as router


class Role(Schema):
    """A role, in one geography or in the whole company."""

    role: str
    geography: int | None


class CurrentUserResponse(Schema):
    """Who asks, and what for."""

    user: int
    company: int
    company_name: str
    roles: list[Role]
    permissions: list[str]
    """What some role of this login allows, and the key, if one was sent."""


class PermissionResponse(Schema):
    """A row of the matrix."""

    permission: str
    says: str
    roles: list[str]


class MembershipResponse(Schema):
    """A role that a login holds."""

    id: int
    user: int
    name: str
    email: str
    role: str
    geography: int | None
    geography_name: str | None


class NewMember(Schema):
    """A role for a login of this company, or for a new one."""

    user: Id | None = None
    """One of the company's; none makes a new login."""
    name: Annotated[Text, Field(max_length=150)] = ""
    email: Annotated[Text, Field(max_length=254)] = ""
    password: Annotated[Text, Field(max_length=128)] | None = None
    """Of a new login; without one it waits for `grilse user password`."""
    role: Text
    geography: Id | None = None


class KeyResponse(Schema):
    """A key, without what is secret of it."""

    id: int
    user: int
    user_name: str
    name: str
    prefix: str
    scopes: list[str]
    expires_at: datetime
    revoked_at: datetime | None
    made_at: datetime


class NewKey(Schema):
    """A key for a program that acts for this login."""

    name: Annotated[Text, Field(max_length=80)]
    scopes: list[Text]
    """Permissions; `*` for all that the login has."""
    expires_at: Timestamp


class IssuedKey(Schema):
    """A key as it is shown once."""

    id: int
    key: str


@router.get("/me", permission="farm.read", response=CurrentUserResponse)
def read_current_user(request: HttpRequest) -> dict[str, Any]:
    """Return who asks, for which company, and what they may do there."""
    context, principal = _require_context(request), require_principal(request)
    held = {grant.role for grant in context.held}
    mine = [name for name, permission in load_permissions().items() if held & permission.roles]
    return {
        "user": principal.user,
        "company": context.company,
        "company_name": context.name,
        "roles": [{"role": grant.role, "geography": grant.geography} for grant in context.held],
        "permissions": [name for name in mine if principal.has_scope(name)],
    }


@router.get("/permissions", permission="farm.read", response=list[PermissionResponse])
def list_permissions(request: HttpRequest) -> list[dict[str, Any]]:
    """Return which role may do what."""
    return [
        {
            "permission": name,
            "says": permission.says,
            "roles": [role for role in load_roles() if role in permission.roles],
        }
        for name, permission in load_permissions().items()
    ]


@router.get("/members", permission="access.read", response=list[MembershipResponse])
def list_members(request: HttpRequest) -> list[dict[str, Any]]:
    """Return who has which role."""
    return queries.read_memberships()


@router.post("/members", permission="access.change", response={201: CreatedIds})
def add_member(request: HttpRequest, new: NewMember) -> Status[dict[str, Any]]:
    """Give a role, to a login of this company or to a new one."""
    user = new.user
    if user is None:
        user = memberships.add_login(new.name, email=new.email, password=new.password)
    else:
        memberships.refuse_unknown_login(user)
    return Status(201, {"ids": [memberships.grant_role(user, new.role, new.geography)]})


@router.delete("/members/{member}", permission="access.change", response={204: None})
def remove_member(request: HttpRequest, member: Id, reason: Text) -> HttpResponse:
    """Take a role away."""
    require_reason(reason)
    memberships.revoke_role(member)
    return HttpResponse(status=204)


@router.get("/keys", permission="farm.read", response=list[KeyResponse])
def list_keys(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the keys of this login; of everybody for who may change access everywhere."""
    return queries.read_api_keys(require_principal(request).user, everybody=_sees_all_keys(_require_context(request)))


@router.post("/keys", permission="farm.read", response={201: IssuedKey})
def issue_key(request: HttpRequest, response: HttpResponse, new: NewKey) -> Status[dict[str, Any]]:
    """Make a key that acts for this login, never for more than it or the key that asks may do."""
    principal = require_principal(request)
    principal.refuse_wider_scopes(new.scopes)
    issued = api_keys.issue_key(user=principal.user, name=new.name, scopes=new.scopes, expires_at=new.expires_at)
    response["Cache-Control"] = NO_STORE
    return Status(201, {"id": issued.id, "key": issued.key})


@router.delete("/keys/{key}", permission="farm.read", response={204: None})
def revoke_key(request: HttpRequest, key: Id) -> HttpResponse:
    """Let a key of this login open nothing from now on; an admin, anybody's."""
    api_keys.revoke_key(
        key, user=None if _sees_all_keys(_require_context(request)) else require_principal(request).user
    )
    return HttpResponse(status=204)


def _sees_all_keys(context: RequestContext) -> bool:
    able = find_roles_with(("access.change",))
    return any(grant.role in able and grant.geography is None for grant in context.held)


def _require_context(request: HttpRequest) -> RequestContext:
    context = get_request_context(request)
    assert context is not None, "a route runs within its transaction"
    return context
