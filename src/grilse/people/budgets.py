"""What the doors ask of people, and what it may cost."""

from grilse.people import budgets_directory, budgets_journal, budgets_tracks
from grilse.proof.registry import declare_budgets

declare_budgets(*budgets_directory.BUDGETS, *budgets_tracks.BUDGETS, *budgets_journal.BUDGETS)
