"""What the doors ask of people, and what it may cost."""

from grilse.people import hot_directory, hot_journal, hot_tracks
from grilse.proof.registry import declare

declare(*hot_directory.HOT, *hot_tracks.HOT, *hot_journal.HOT)
