"""Which door answers which address; a route that does not say what it needs is served by nobody."""

from django.urls import URLPattern, URLResolver, include, path

from grilse.access.requests import refuse_undeclared_views
from grilse.admin.urls import urls as office
from grilse.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("admin/", office),
    path("", include("grilse.web.urls")),
]
refuse_undeclared_views(urlpatterns)
