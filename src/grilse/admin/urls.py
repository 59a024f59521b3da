"""The addresses of the back office; importing the modules registers their models."""

from grilse.admin import audit, farm, feeding, growth, health, helpdesk, people, stock, transfers
from grilse.admin.site import admin_site

ADMIN_MODULES = (farm, people, helpdesk, stock, transfers, feeding, health, growth, audit)

urls = admin_site.urls
