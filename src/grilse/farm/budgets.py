"""Query budgets of places and their lists."""

from grilse.farm import queries, site_queries
from grilse.farm.lists import LISTS, SENSORS
from grilse.farm.models import Area, Container, Station
from grilse.listing.budgets import build_list_budgets
from grilse.proof.registry import QueryBudget, declare_budgets, take_first_row

FEW = 5000
"""Containers of a company."""

# Sites of a company, and its geographies.
SITES = 1000
# A company has some hundred places, and some thousand containers with a few sensors each.
declare_budgets(
    *build_list_budgets(LISTS, small=[listing.name for listing in LISTS if listing is not SENSORS]),
    QueryBudget(queries.list_places, sorts=True, least=SITES),
    QueryBudget(queries.read_hall_stations, least=SITES),
    QueryBudget(site_queries.find_area, take_first_row(Area.objects.order_by("pk"), id="pk"), least=SITES),
    QueryBudget(site_queries.find_station, take_first_row(Station.objects.order_by("pk"), id="pk"), least=SITES),
    QueryBudget(
        site_queries.find_container_facts,
        take_first_row(Container.objects.order_by("pk"), id="pk"),
        touched=5,
        least=FEW,
    ),
    QueryBudget(
        site_queries.list_containers, take_first_row(Area.objects.order_by("pk"), area="pk"), sorts=True, least=FEW
    ),
)
