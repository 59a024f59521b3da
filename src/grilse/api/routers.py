"""One router a room: what reads, adds, corrects and withdraws the same things shares their address."""

from grilse.api.routing import PermissionRouter

FARM = PermissionRouter(tags=["farm"])
STOCK = PermissionRouter(tags=["stock"])
ENVIRONMENT = PermissionRouter(tags=["environment"])
FEEDING = PermissionRouter(tags=["feeding"])
HEALTH = PermissionRouter(tags=["health"])
GROWTH = PermissionRouter(tags=["growth"])
PLANNING = PermissionRouter(tags=["planning"])
OFFICIAL = PermissionRouter(tags=["official"])
ACCESS = PermissionRouter(tags=["access"])
JOBS = PermissionRouter(tags=["jobs"])
PEOPLE = PermissionRouter(tags=["people"])
HELPDESK = PermissionRouter(tags=["helpdesk"])

ROUTERS = (*(FARM, PEOPLE, HELPDESK, STOCK, ENVIRONMENT, FEEDING, HEALTH, GROWTH, PLANNING, OFFICIAL, ACCESS, JOBS),)
