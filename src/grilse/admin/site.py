"""The site of the back office: its addresses, its content security policy, and who may enter."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from functools import wraps
from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, re_path, reverse
from django.views.decorators.cache import never_cache
from unfold.sites import UnfoldAdminSite

from grilse.access.permissions import find_roles_with
from grilse.access.requests import (
    PERMISSION_ATTRIBUTE,
    check_permission_names,
    get_request_context,
    permission_required,
    public_view,
)
from grilse.people.company_time import show_company_time

PermissionNames = tuple[str, ...]
View = Callable[..., HttpResponseBase]

# Every role has this permission.
ENTRY_PERMISSIONS = ("farm.read",)

# Unfold's pages use Alpine, which compiles the text of attributes to functions: hence 'unsafe-eval', here only.
# Scripts, styles and fonts come from this server only, and none is inline.
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


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


def require_permissions(view: View, needed: PermissionNames) -> View:
    """Return a view in the company's time that runs only for roles with permissions, and that no cache stores."""
    return apply_page_policy(permission_required(*needed)(show_company_time(view)))


def declare_permissions(view: View, needed: PermissionNames) -> View:
    """Return a view that checks its permissions itself; it needs at least these."""
    wrapped_view = _wrap_method(view)
    setattr(wrapped_view, PERMISSION_ATTRIBUTE, needed)
    return apply_page_policy(wrapped_view)


def apply_page_policy(view: View) -> View:
    """Return a view whose pages load only what Unfold needs, and that no cache stores."""

    @wraps(view)
    def within(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return never_cache(within)


class AutocompleteView(AutocompleteJsonView):
    """The choices of a field, for users who may see such rows."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Search rows under the view permission of their model."""
        *_, offered, _, _ = self.process_request(request)
        needed: ModelPermissions = getattr(offered, "permissions")  # noqa: B009 - the registry knows Django's class only
        return permission_required(*needed.view)(super().get)(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Any]:
        """Return the rows that the field may refer to."""
        office: Any = self.model_admin
        return office.list_choices(super().get_queryset(), self.source_field)

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        """Return the id and the name of a row."""
        office: Any = self.model_admin
        return {**super().serialize_result(obj, to_field_name), "text": office.describe_choice(obj)}


class GrilseAdminSite(UnfoldAdminSite):
    """An admin site that checks roles instead of the flags of Django users."""

    index_title = "Back office"

    def register(self, models: type[Model] | Iterable[type[Model]], admin_class: type, **options: Any) -> None:
        """Register models; an admin class without `permissions` stops the start."""
        if not isinstance(getattr(admin_class, "permissions", None), ModelPermissions):
            raise ImproperlyConfigured(
                f"{admin_class.__name__} does not say which permissions its verbs need: set `permissions`"
            )
        models = [models] if isinstance(models, type) else list(models)
        super().register(models, admin_class, **options)
        if plural_name := getattr(admin_class, "plural_name", ""):
            for model in models:
                # Set here, since a change in the model would need a migration.
                model._meta.verbose_name_plural = plural_name

    def is_searchable(self, model: type[Model]) -> bool:
        """Tell whether rows of a model can be searched by name."""
        return bool(getattr(self._registry.get(model), "search_fields", ()))

    def has_permission(self, request: HttpRequest) -> bool:
        """Tell whether the request runs for a user with a role."""
        return get_request_context(request) is not None

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:
        """Return the choices of a field."""
        return AutocompleteView.as_view(admin_site=self)(request)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return the context of all pages; the colours are in a file, since the policy allows no inline styles."""
        company = get_request_context(request)
        named = {
            "site_header": "Grilse",
            "site_title": "Grilse",
            "colors": None,
            "styles": [static("backoffice/theme.css")],
            "site_icon": static("grilse/mark.svg"),
            "site_favicons": [{"rel": "icon", "type": "image/svg+xml", "href": static("grilse/mark.svg")}],
            "site_subheader": company.name if company else "",
            "show_history": has_permissions(request, ("audit.read",)),
        }
        return {**super().each_context(request), **named}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """Return the models of each app, and after all apps one entry for their history models."""
        apps = super().get_app_list(request, app_label)
        has_history = app_label is None and any(_is_history(entry["model"]) for app in apps for entry in app["models"])
        for app in apps:
            app["models"] = [entry for entry in app["models"] if not _is_history(entry["model"])]
        address = reverse("admin:activity")
        activity = {"name": "Changes by kind of record", "object_name": "Activity", "admin_url": address}
        history = {"name": "Activity", "app_label": "activity", "app_url": address, "models": [activity]}
        return [app for app in (*apps, *([history] if has_history else [])) if app["models"]]

    def activity_view(self, request: HttpRequest) -> HttpResponseBase:
        """Show links to the changes of each kind of record."""
        entries = [entry for app in super().get_app_list(request) for entry in app["models"]]
        histories = sorted(
            (_name_rows(entry["model"].pgh_tracked_model), entry["admin_url"])
            for entry in entries
            if _is_history(entry["model"])
        )
        context = {**self.each_context(request), "title": "Activity", "histories": histories}
        return TemplateResponse(request, "admin/activity.html", context)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Return the addresses; the web pages have logging in and passwords, and Django's search is left out."""
        app_labels = "|".join(sorted({model._meta.app_label for model in self._registry}))
        return [
            path("", require_permissions(self.index, ENTRY_PERMISSIONS), name="index"),
            path("activity/", require_permissions(self.activity_view, ("audit.read",)), name="activity"),
            path("autocomplete/", require_permissions(self.autocomplete_view, ENTRY_PERMISSIONS), name="autocomplete"),
            path("jsi18n/", apply_page_policy(public_view(_wrap_method(self.i18n_javascript))), name="jsi18n"),
            re_path(
                rf"^(?P<app_label>{app_labels})/$",
                require_permissions(self.app_index, ENTRY_PERMISSIONS),
                name="app_list",
            ),
            *(
                path(f"{model._meta.app_label}/{model._meta.model_name}/", include(model_admin.urls))
                for model, model_admin in self._registry.items()
            ),
        ]


def _name_rows(model: type[Model]) -> str:
    """Return the plural of the name of a model, with a capital letter; some names are their own plural."""
    name = f"{model._meta.verbose_name}"
    plural = name if name.endswith(("settings", "fish")) else f"{model._meta.verbose_name_plural}"
    return f"{plural[:1].upper()}{plural[1:]}"


def _is_history(model: type[Model]) -> bool:
    return hasattr(model, "pgh_tracked_model")


def _wrap_method(method: View) -> View:
    """Return a function that calls a method, since attributes cannot be set on a method."""

    @wraps(method)
    def called(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return method(request, *args, **kwargs)

    return called


admin_site = GrilseAdminSite()
