"""Which door answers which address."""

from django.urls import URLPattern, URLResolver, include, path

from grilse.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("", include("grilse.web.urls")),
]
