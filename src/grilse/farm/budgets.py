"""Query budgets of places and their lists."""

from grilse.farm import queries
from grilse.farm.lists import LISTS, SENSORS
from grilse.listing.budgets import build_list_budgets
from grilse.proof.registry import QueryBudget, declare_budgets

# Sites of a company, and its geographies.
SITES = 1000
# A company has some hundred places, and some thousand containers with a few sensors each.
declare_budgets(
    *build_list_budgets(LISTS, small=[listing.name for listing in LISTS if listing is not SENSORS]),
    QueryBudget(queries.list_places, sorts=True, least=SITES),
    QueryBudget(queries.read_hall_stations, least=SITES),
)
