"""What the doors ask of loaded histories, and what it may cost."""

from grilse.farm.listing_hot import ListBudget, build_list_budgets
from grilse.generator import lists
from grilse.proof.registry import declare_budgets

declare_budgets(*build_list_budgets(lists.LISTS, {"shards": ListBudget(few=True)}))
