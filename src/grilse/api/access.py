"""Who asks, who may do what, and the keys of programs."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Schema, Status

from grilse.api.entries import Id, Made, Moment, Text
from grilse.api.once import SECRET
from grilse.api.rooms import ACCESS as router
from grilse.door import entered_in, identified
from grilse.farm import keys, members, queries
from grilse.farm.permissions import permissions, roles, roles_with
from grilse.farm.principal import Entered
from grilse.farm.reasons import required_reason


class Role(Schema):
    """A role, in one geography or in the whole company."""

    role: str
    geography: int | None


class Me(Schema):
    """Who asks, and what for."""

    user: int
    company: int
    company_name: str
    roles: list[Role]
    permissions: list[str]
    """What some role of this login allows, and the key, if one was sent."""


class Allowed(Schema):
    """A row of the matrix."""

    permission: str
    says: str
    roles: list[str]


class Member(Schema):
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


class KeyShown(Schema):
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
    expires_at: Moment


class IssuedKey(Schema):
    """A key as it is shown once."""

    id: int
    key: str


@router.get("/me", may="farm.read", response=Me)
def me(request: HttpRequest) -> dict[str, Any]:
    """Return who asks, for which company, and what they may do there."""
    found, principal = _entered(request), identified(request)
    held = {one.role for one in found.held}
    mine = [name for name, one in permissions().items() if held & one.roles]
    return {
        "user": principal.user,
        "company": found.company,
        "company_name": found.name,
        "roles": [{"role": one.role, "geography": one.geography} for one in found.held],
        "permissions": [name for name in mine if principal.takes(name)],
    }


@router.get("/permissions", may="farm.read", response=list[Allowed])
def matrix(request: HttpRequest) -> list[dict[str, Any]]:
    """Return which role may do what."""
    return [
        {
            "permission": name,
            "says": one.says,
            "roles": [role for role in roles() if role in one.roles],
        }
        for name, one in permissions().items()
    ]


@router.get("/members", may="access.read", response=list[Member])
def list_members(request: HttpRequest) -> list[dict[str, Any]]:
    """Return who has which role."""
    return queries.members()


@router.post("/members", may="access.change", response={201: Made})
def add_member(request: HttpRequest, new: NewMember) -> Status[dict[str, Any]]:
    """Give a role, to a login of this company or to a new one."""
    user = new.user
    if user is None:
        user = members.add_login(new.name, email=new.email, password=new.password)
    else:
        members.refuse_stranger(user)
    return Status(201, {"ids": [members.grant(user, new.role, new.geography)]})


@router.delete("/members/{member}", may="access.change", response={204: None})
def remove_member(request: HttpRequest, member: Id, reason: Text) -> HttpResponse:
    """Take a role away."""
    required_reason(reason)
    members.revoke(member)
    return HttpResponse(status=204)


@router.get("/keys", may="farm.read", response=list[KeyShown])
def list_keys(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the keys of this login; of everybody for who may change access everywhere."""
    return queries.keys(identified(request).user, everybody=_sees_all_keys(_entered(request)))


@router.post("/keys", may="farm.read", response={201: IssuedKey})
def issue_key(request: HttpRequest, response: HttpResponse, new: NewKey) -> Status[dict[str, Any]]:
    """Make a key that acts for this login, never for more than it or the key that asks may do."""
    principal = identified(request)
    principal.refuse_wider(new.scopes)
    made = keys.issue(user=principal.user, name=new.name, scopes=new.scopes, expires_at=new.expires_at)
    response["Cache-Control"] = SECRET
    return Status(201, {"id": made.id, "key": made.key})


@router.delete("/keys/{key}", may="farm.read", response={204: None})
def revoke_key(request: HttpRequest, key: Id) -> HttpResponse:
    """Let a key of this login open nothing from now on; an admin, anybody's."""
    keys.revoke(key, of=None if _sees_all_keys(_entered(request)) else identified(request).user)
    return HttpResponse(status=204)


def _sees_all_keys(found: Entered) -> bool:
    able = roles_with(("access.change",))
    return any(one.role in able and one.geography is None for one in found.held)


def _entered(request: HttpRequest) -> Entered:
    found = entered_in(request)
    assert found is not None, "a route runs within its transaction"
    return found
