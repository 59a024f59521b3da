"""One router a room: what reads, adds, corrects and withdraws the same things shares their address."""

from grilse.api.door import Room

FARM = Room(tags=["farm"])
STOCK = Room(tags=["stock"])
ENVIRONMENT = Room(tags=["environment"])
FEEDING = Room(tags=["feeding"])
HEALTH = Room(tags=["health"])
GROWTH = Room(tags=["growth"])
PLANNING = Room(tags=["planning"])
OFFICIAL = Room(tags=["official"])
ACCESS = Room(tags=["access"])
JOBS = Room(tags=["jobs"])
PEOPLE = Room(tags=["people"])
HELPDESK = Room(tags=["helpdesk"])

ROOMS = (
    *(FARM, PEOPLE, HELPDESK, STOCK, ENVIRONMENT, FEEDING, HEALTH, GROWTH, PLANNING, OFFICIAL, ACCESS, JOBS),
)
