"""The current user, permissions, members and API keys."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Status

from grilse.access import api_keys, memberships, queries
from grilse.access.permissions import find_roles_with, load_permissions, load_roles
from grilse.access.principal import HeldRole, RequestContext
from grilse.access.reasons import require_reason
from grilse.access.requests import get_request_context, require_principal
from grilse.api.idempotency import NO_STORE
from grilse.api.routing import ACCESS as router
from grilse.api.schemas import CreatedIds, Id, Schema, Text, build_output_schema
from grilse.input_types import RequestSchema, Timestamp

Role: Any = build_output_schema(HeldRole)


class CurrentUserResponse(Schema):
    """The login of the request and its company."""

    user: int
    company: int
    company_name: str
    roles: list[Role]
    permissions: list[str]
    """The permissions of the roles of this login, limited to the scopes of the API key, if one was sent."""


class PermissionResponse(Schema):
    """A permission and the roles that hold it."""

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


class NewMember(RequestSchema):
    """A role for a login of this company or for a new login."""

    user: Id | None = None
    """A login of the company; null creates a login."""
    name: Annotated[Text, Field(max_length=150)] = ""
    email: Annotated[Text, Field(max_length=254)] = ""
    password: Annotated[Text, Field(max_length=128)] | None = None
    """The password of a new login; without it, `grilse user password` sets one later."""
    role: Text
    geography: Id | None = None


class KeyResponse(Schema):
    """An API key without its secret."""

    id: int
    user: int
    user_name: str
    name: str
    prefix: str
    scopes: list[str]
    expires_at: datetime
    revoked_at: datetime | None
    made_at: datetime


class NewKey(RequestSchema):
    """An API key for a program that acts for this login."""

    name: Annotated[Text, Field(max_length=80)]
    scopes: list[Text]
    """Permissions, or `*` for all permissions of the login."""
    expires_at: Timestamp


@router.get("/me", permission="farm.read", response=CurrentUserResponse)
def read_current_user(request: HttpRequest) -> dict[str, Any]:
    """Return the login of the request, its company, its roles and its permissions."""
    context, principal = _require_context(request), require_principal(request)
    held = {grant.role for grant in context.held}
    mine = [name for name, permission in load_permissions().items() if held & permission.roles]
    return {
        "user": principal.user,
        "company": context.company,
        "company_name": context.name,
        "roles": context.held,
        "permissions": [name for name in mine if principal.has_scope(name)],
    }


@router.get("/permissions", permission="farm.read", response=list[PermissionResponse])
def list_permissions(request: HttpRequest) -> list[dict[str, Any]]:
    """Return every permission and the roles that hold it."""
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
    """Return the roles of all logins of the company."""
    return queries.read_memberships()


@router.post("/members", permission="access.change", response={201: CreatedIds})
def add_member(request: HttpRequest, new: NewMember) -> Status[dict[str, Any]]:
    """Grant a role to a login of this company or to a new login."""
    user = new.user
    if user is None:
        user = memberships.add_login(new.name, email=new.email, password=new.password)
    else:
        queries.refuse_unknown_login(user)
    return Status(201, {"ids": [memberships.grant_role(user, new.role, new.geography)]})


@router.delete("/members/{member}", permission="access.change", response={204: None})
def remove_member(request: HttpRequest, member: Id, reason: Text) -> Status[None]:
    """Revoke a role."""
    require_reason(reason)
    memberships.revoke_role(member)
    return Status(204, None)


@router.get("/keys", permission="farm.read", response=list[KeyResponse])
def list_keys(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the API keys of this login; administrators of the whole company see all keys."""
    return queries.read_api_keys(require_principal(request).user, everybody=_sees_all_keys(_require_context(request)))


@router.post("/keys", permission="farm.read", response={201: build_output_schema(api_keys.IssuedApiKey)})
def issue_key(request: HttpRequest, response: HttpResponse, new: NewKey) -> Status[Any]:
    """Issue an API key for this login, with no wider scopes than the login and the current API key have."""
    principal = require_principal(request)
    principal.refuse_wider_scopes(new.scopes)
    issued = api_keys.issue_key(user=principal.user, name=new.name, scopes=new.scopes, expires_at=new.expires_at)
    response["Cache-Control"] = NO_STORE
    return Status(201, issued)


@router.delete("/keys/{key}", permission="farm.read", response={204: None})
def revoke_key(request: HttpRequest, key: Id) -> Status[None]:
    """Revoke an API key of this login; administrators of the whole company may revoke every key."""
    everybody = _sees_all_keys(_require_context(request))
    api_keys.revoke_key(key, user=None if everybody else require_principal(request).user)
    return Status(204, None)


def _sees_all_keys(context: RequestContext) -> bool:
    admins = find_roles_with(("access.change",))
    return any(grant.role in admins and grant.geography is None for grant in context.held)


def _require_context(request: HttpRequest) -> RequestContext:
    context = get_request_context(request)
    assert context is not None, "an operation runs within the transaction of its request"
    return context
