"""Query budgets of loaded histories."""

from grilse.generator import lists
from grilse.listing.budgets import build_list_budgets
from grilse.proof.registry import declare_budgets

declare_budgets(*build_list_budgets(lists.LISTS, small=("shards",)))
