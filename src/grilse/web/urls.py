"""Which page answers which address."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path
from django.views.generic import RedirectView

from grilse.web import batches

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="batches"), name="home"),
    path(
        "login/",
        LoginView.as_view(template_name="login.html", redirect_authenticated_user=True),
        name="login",
    ),
    path("logout/", login_not_required(LogoutView.as_view()), name="logout"),
    path("batches/", batches.batch_list, name="batches"),
    # A number that came with an imported package may carry a slash.
    path("batches/<path:number>/", batches.batch_page, name="batch"),
]
