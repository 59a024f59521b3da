"""Routes of the API, the back office and the pages; a route that declares no permissions stops the start."""

from django.urls import URLPattern, URLResolver, include, path

from grilse.access.requests import refuse_undeclared_views
from grilse.admin.urls import urls as office
from grilse.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("admin/", office),
    path("", include("grilse.web.urls")),
]
# The response of allauth to too many attempts.
handler429 = "grilse.web.rate_limits.refuse_request"
refuse_undeclared_views(urlpatterns)
handler403 = "grilse.web.error_pages.report_denial"
handler404 = "grilse.web.error_pages.report_missing_page"
handler500 = "grilse.web.error_pages.report_unexpected_error"
