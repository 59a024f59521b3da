"""What the doors ask of people, and what it may cost."""

from grilse.people import hot_directory, hot_journal, hot_tracks
from grilse.proof.registry import declare_budgets

declare_budgets(*hot_directory.BUDGETS, *hot_tracks.BUDGETS, *hot_journal.BUDGETS)
