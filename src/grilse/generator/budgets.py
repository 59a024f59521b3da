"""What the doors ask of loaded histories, and what it may cost."""

from grilse.generator import lists
from grilse.listing.budgets import ListBudget, build_list_budgets
from grilse.proof.registry import declare_budgets

declare_budgets(*build_list_budgets(lists.LISTS, {"shards": ListBudget(few=True)}))
