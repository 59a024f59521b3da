"""The addresses of the office, with the rows of every room in it."""

from grilse.admin import audit, farm, feeding, growth, health, helpdesk, people, stock, transfers
from grilse.admin.site import office

ROOMS = (farm, people, helpdesk, stock, transfers, feeding, health, growth, audit)

urls = office.urls
