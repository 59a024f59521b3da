"""Settings: what administers the installation, and the components of pages in test builds."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from grilse.web.pages import page


@page("farm.read", in_company_time=False)
def show_settings(request: HttpRequest) -> HttpResponse:
    """Show what a login may set."""
    return render(request, "settings/overview.html")
