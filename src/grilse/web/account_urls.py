"""Addresses of the login pages: those of allauth's views that are used."""

from allauth.account import views
from django.conf import settings
from django.urls import URLPattern, path, re_path
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from grilse.access.requests import personal_view, public_view

PAGES = [
    path("login/", public_view(views.login), name="account_login"),
    path("login/inactive/", public_view(views.account_inactive), name="account_inactive"),
    path("logout/", public_view(require_POST(views.logout)), name="account_logout"),
    path("password/change/", personal_view(views.password_change), name="account_change_password"),
    path(
        "password/changed/",
        personal_view(TemplateView.as_view(template_name="account/password_changed.html")),
        name="account_password_changed",
    ),
    # A link to choose a password comes by mail, or from a colleague who added the login.
    path(
        "password/reset/key/done/",
        public_view(views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        public_view(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
]

RESET = [
    path("password/reset/", public_view(views.password_reset), name="account_reset_password"),
    path("password/reset/done/", public_view(views.password_reset_done), name="account_reset_password_done"),
]

# Without mail a reset link would never arrive.
urlpatterns: list[URLPattern] = [*PAGES, *(RESET if settings.EMAIL_HOST else [])]
