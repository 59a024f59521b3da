"""People with a login and their roles: colleagues are added, their roles changed, and their access ended."""

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django import forms
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grilse.access import memberships
from grilse.access.memberships import CompanyLogin, list_logins
from grilse.access.permissions import load_roles
from grilse.access.queries import refuse_unknown_login
from grilse.access.reasons import require_reason
from grilse.errors import GrilseError
from grilse.farm.models import Geography
from grilse.people.actions import persons
from grilse.people.models import Person
from grilse.web.forms import ActionForm, ChoiceField, IdField, ReasonForm, TextField
from grilse.web.pages import FORM, page
from grilse.web.toasts import show_toast

CHANGE = "access.change"
DEFAULT_ROLE = "operator"
WHOLE_COMPANY = _("The whole company")
ROLE_HINTS = {
    "admin": _("everything, people and roles included"),
    "planner": _("plans batches, transfers and stages; enters no records"),
    "manager": _("enters and corrects every record, handles what needs attention"),
    "operator": _("enters deaths, samples, lice, feed, transfers and harvests; corrects own entries for 48 hours"),
    "vet": _("enters health records, treatments and deaths; corrects them"),
    "finance": _("sees everything of the farm; enters and corrects feed and its prices"),
    "viewer": _("sees, and enters nothing"),
}


class RoleForm(ActionForm):
    """A role, and where it holds."""

    role = ChoiceField(label=_("Role"))
    geography = IdField(label=_("Where"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        places = Geography.objects.order_by("name").values_list("pk", "name")
        self.fields["role"].widget.choices = [(role, role.capitalize()) for role in load_roles()]
        self.fields["geography"].widget.choices = [("", WHOLE_COMPANY), *places]


class ChangeForm(RoleForm):
    """Another role or place, and the reason."""

    reason = TextField(label=_("Why"), max_length=200)


class ColleagueForm(RoleForm):
    """A new colleague: name, login, e-mail, role and place."""

    error_fields = {"user": "login"}

    name = TextField(label=_("Name"), max_length=120)
    login = TextField(label=_("Login"), max_length=150, help_text=_("What they log in with, such as kari."))
    email = TextField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput, help_text=_("They can log in with it too.")
    )
    field_order = ("name", "login", "email", "role", "geography")


@page("access.read", in_company_time=False)
def show_logins(request: HttpRequest) -> HttpResponse:
    """Show the people with a login, their roles and where they hold."""
    logins = list_logins()
    names = dict(Person.objects.filter(user__in=[login.user for login in logins]).values_list("user_id", "name"))
    rows = [(login, names.get(login.user, "")) for login in logins]
    context = {"rows": rows, "invited": sum(login.is_invited for login in logins), "hints": ROLE_HINTS}
    return render(request, "settings/people.html", context)


@page(CHANGE, "people.change", methods=FORM, in_company_time=False)
def add_colleague(request: HttpRequest) -> HttpResponse:
    """Add a person with a login and a role; show the link with which they choose a password, once."""
    form = ColleagueForm(request.POST if request.method == "POST" else None, initial={"role": DEFAULT_ROLE})
    if form.is_bound and form.run(_create_colleague):
        return _show_invitation(request, form.result)
    return render(request, "settings/new_colleague.html", {"form": form, "hints": ROLE_HINTS}, status=form.status)


@page("access.read", in_company_time=False)
def show_login(request: HttpRequest, number: int) -> HttpResponse:
    """Show a login and its roles, with the forms that change them."""
    return _render_login(request, number)


@page(CHANGE, in_company_time=False, form_page="settings-login")
def grant_role(request: HttpRequest, number: int) -> HttpResponse:
    """Grant a role to a login of the company."""

    def grant(role: str, geography: int | None) -> None:
        refuse_unknown_login(number)
        memberships.grant_role(number, role, geography)

    return _run_form(request, number, RoleForm(request.POST), grant, "grant_form", _("The role is granted."))


@page(CHANGE, in_company_time=False, form_page="settings-login")
def change_role(request: HttpRequest, number: int, id: int) -> HttpResponse:
    """Replace a role by another one, or let it hold elsewhere."""

    _find_role(number, id)

    def change(role: str, geography: int | None, reason: str) -> None:
        _require_reason_at_field(reason)
        memberships.change_role(id, role, geography)

    form = ChangeForm(request.POST, auto_id=f"role-{id}-%s")
    return _run_form(request, number, form, change, f"change_{id}", _("The role is changed."))


@page(CHANGE, in_company_time=False, form_page="settings-login")
def revoke_role(request: HttpRequest, number: int, id: int) -> HttpResponse:
    """Revoke a role."""

    _find_role(number, id)

    def revoke(reason: str) -> None:
        _require_reason_at_field(reason)
        memberships.revoke_role(id)

    form = ReasonForm(request.POST, auto_id=f"revoke-{id}-%s")
    return _run_form(request, number, form, revoke, f"revoke_{id}", _("The role is revoked."))


@page(CHANGE, in_company_time=False, form_page="settings-login")
def end_access(request: HttpRequest, number: int) -> HttpResponse:
    """Revoke all roles of a login: it has no access to the company any more."""

    def end(reason: str) -> None:
        _require_reason_at_field(reason)
        memberships.revoke_all_roles(number)

    form = ReasonForm(request.POST, auto_id="end-%s")
    return _run_form(request, number, form, end, "end_form", _("The login has no access to this company any more."))


@page(CHANGE, in_company_time=False, form_page="settings-login")
def renew_invitation(request: HttpRequest, number: int) -> HttpResponse:
    """Show a new link to choose a password, of a login that has none yet."""
    login = _find_login(number)
    if not login.is_invited:
        raise Http404(f"{login.name} has chosen a password.")
    return _show_invitation(request, number)


def _create_colleague(name: str, login: str, email: str, role: str, geography: int | None) -> int:
    if not name.strip():
        raise GrilseError("write the name of the colleague", field="name")
    try:
        user = memberships.add_login(login, email=email)
    except GrilseError as error:
        raise GrilseError(f"{error}", field="login" if error.field == "name" else error.field) from None
    memberships.grant_role(user, role, geography)
    persons.add_person(persons.NewPerson(name=name, email=email, user=user, geography=geography))
    return user


def _require_reason_at_field(reason: str) -> None:
    try:
        require_reason(reason)
    except GrilseError as error:
        raise GrilseError(f"{error}", field="reason") from None


def _run_form(request: HttpRequest, number: int, form: ActionForm, action: Any, name: str, done: Any) -> HttpResponse:
    _find_login(number)
    if not form.run(action):
        return _render_login(request, number, status=form.status, **{name: form})
    show_toast(request, f"{done}")
    has_access = number in {login.user for login in list_logins()}
    return redirect("settings-login", number=number) if has_access else redirect("settings-people")


def _render_login(request: HttpRequest, number: int, *, status: int = 200, **sent: ActionForm) -> HttpResponse:
    login = _find_login(number)
    roles = [
        (
            role,
            sent.get(f"change_{role.id}")
            or ChangeForm(initial={"role": role.role, "geography": role.geography}, auto_id=f"role-{role.id}-%s"),
            sent.get(f"revoke_{role.id}") or ReasonForm(auto_id=f"revoke-{role.id}-%s"),
            bool({f"change_{role.id}", f"revoke_{role.id}"} & sent.keys()),
        )
        for role in login.roles
    ]
    context = {
        "login": login,
        "person": Person.objects.filter(user=number).values("pk", "name").first(),
        "roles": roles,
        "grant_form": sent.get("grant_form") or RoleForm(initial={"role": DEFAULT_ROLE}),
        "end_form": sent.get("end_form") or ReasonForm(auto_id="end-%s"),
        "hints": ROLE_HINTS,
    }
    return render(request, "settings/login.html", context, status=status)


def _show_invitation(request: HttpRequest, user: int) -> HttpResponse:
    """Show the link to choose a password; only this page has it, and it works once."""
    row = User.objects.get(pk=user)
    parts = {"uidb36": user_pk_to_url_str(row), "key": default_token_generator.make_token(row)}
    link = reverse("account_reset_password_from_key", kwargs=parts)
    context = {"login": row.get_username(), "number": user, "link": request.build_absolute_uri(link)}
    response = render(request, "settings/invitation.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _find_role(number: int, id: int) -> None:
    if id not in {role.id for role in _find_login(number).roles}:
        raise Http404(f"The login {number} has no role {id}.")


def _find_login(number: int) -> CompanyLogin:
    login = next((login for login in list_logins() if login.user == number), None)
    if login is None:
        raise Http404(f"There is no login {number} in this company.")
    return login
