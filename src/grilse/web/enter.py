"""The page Enter, and what lets a browser install it and open it without a connection."""

import json
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext

from grilse.access.permissions import load_permissions
from grilse.access.requests import get_request_context, public_view
from grilse.web.pages import page

WORKER = "grilse/enter/worker.js"


@page("stock.read", in_company_time=False)
def show_enter(request: HttpRequest) -> HttpResponse:
    """Show the page on which records are entered; its scripts read sheets from the API and send entries to it."""
    context = get_request_context(request)
    roles = {grant.role for grant in context.held} if context else set()
    permissions = sorted(name for name, permission in load_permissions().items() if roles & permission.roles)
    return render(request, "enter/page.html", {"permissions": " ".join(permissions)})


@public_view
def serve_worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker: at the root, because it serves the addresses below its own."""
    texts = {
        "language": get_language(),
        "title": gettext("No connection"),
        "text": gettext("There is no connection. This page works without one:"),
        "enter": gettext("Enter"),
    }
    script = f"globalThis.offlineTexts = {json.dumps(texts)};\n" + Path(str(finders.find(WORKER))).read_text()
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@public_view
def serve_manifest(request: HttpRequest) -> HttpResponse:
    """Return the manifest by which a browser installs the product."""
    icon = {"src": static("grilse/mark.svg"), "type": "image/svg+xml", "sizes": "any"}
    manifest = {
        "name": "Grilse",
        "short_name": "Grilse",
        "start_url": reverse("enter"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f6f7f9",
        "theme_color": "#ffffff",
        "icons": [icon],
    }
    return JsonResponse(manifest, content_type="application/manifest+json")
