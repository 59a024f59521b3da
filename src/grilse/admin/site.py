"""The office itself: its addresses, its policy, and whom it lets in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.cache import never_cache
from unfold.sites import UnfoldAdminSite

from grilse.access.requests import PERMISSION_ATTRIBUTE, get_request_context, permission_required, public_view
from grilse.admin.permissions import ModelPermissions, PermissionNames, has_permissions

View = Callable[..., HttpResponseBase]

# Every role sees the farm, so whoever has one may come in.
ENTRY_PERMISSIONS = ("farm.read",)

# Unfold's pages are moved by Alpine, which makes functions of the words in their attributes: hence
# 'unsafe-eval', here only. Scripts, styles and fonts still come from this server alone, and none is inline.
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def require_permissions(view: View, needed: PermissionNames) -> View:
    """Return a view that runs for roles with permissions only, and is kept by no cache."""
    return apply_page_policy(permission_required(*needed)(view))


def declare_permissions(view: View, needed: PermissionNames) -> View:
    """Return a view that finds by itself what it runs under; at least these permissions."""
    wrapped_view = _wrap_method(view)
    setattr(wrapped_view, PERMISSION_ATTRIBUTE, needed)
    return apply_page_policy(wrapped_view)


def apply_page_policy(view: View) -> View:
    """Return a view whose pages load what Unfold needs and nothing else; no cache keeps them."""

    @wraps(view)
    def within(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return never_cache(within)


class AutocompleteView(AutocompleteJsonView):
    """What a field offers to choose from, in reach of whoever may see such rows."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Find what is asked for, then look for it under its own permission."""
        *_, offered, _, _ = self.process_request(request)
        needed: ModelPermissions = getattr(offered, "permissions")  # noqa: B009 - the registry knows Django's class only
        return permission_required(*needed.view)(super().get)(request, *args, **kwargs)


class GrilseAdminSite(UnfoldAdminSite):
    """An admin in which roles count, and flags of a user mean nothing."""

    index_title = "Back office"

    def register(self, model: type[Model], admin_class: type, **options: Any) -> None:
        """Take a model in; one that does not say what its verbs need stops the start."""
        if not isinstance(getattr(admin_class, "permissions", None), ModelPermissions):
            raise ImproperlyConfigured(
                f"{admin_class.__name__} does not say which permissions its verbs need: set `permissions`"
            )
        super().register(model, admin_class, **options)
        if named := getattr(admin_class, "plural_name", ""):
            # A word of the office, for which no table has to be migrated.
            model._meta.verbose_name_plural = named

    def has_permission(self, request: HttpRequest) -> bool:
        """Tell whether the request runs for somebody with a role."""
        return get_request_context(request) is not None

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:
        """Answer what a field offers."""
        return AutocompleteView.as_view(admin_site=self)(request)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Give pages what all of them show; their colours come from a file, for the policy's sake."""
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
        """Return the rows of each room, and after all rooms what their rows were."""
        apps = super().get_app_list(request, app_label)
        if app_label is not None:
            return apps
        history_models = [entry for room in apps for entry in room["models"] if _is_history(entry["model"])]
        for room in apps:
            room["models"] = [entry for entry in room["models"] if not _is_history(entry["model"])]
        history = {"name": "History", "app_label": "history", "app_url": "", "models": history_models}
        return [room for room in (*apps, history) if room["models"]]

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Return what is wanted: logging in and passwords are the pages', and the search keeps results."""
        app_labels = "|".join(sorted({model._meta.app_label for model in self._registry}))
        return [
            path("", require_permissions(self.index, ENTRY_PERMISSIONS), name="index"),
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


def _is_history(model: type[Model]) -> bool:
    return hasattr(model, "pgh_tracked_model")


def _wrap_method(method: View) -> View:
    """Return a function that calls a method, which itself takes no attributes."""

    @wraps(method)
    def called(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return method(request, *args, **kwargs)

    return called


admin_site = GrilseAdminSite()
