"""Looking ahead: an ensemble of futures from what the filter believes last, and what it says of every day."""

from grilse.science.projection.departures import Departure, Habit, Stretch, seen, unseen
from grilse.science.projection.ensemble import Ahead, Futures, Start, Water, futures
from grilse.science.projection.habits import land_habit, sea_habit
from grilse.science.projection.losses import Losses, gradual, loss_departure, loss_habit
from grilse.science.projection.quantiles import chance, dates, on_days, quantiles, reached

__all__ = [
    "Ahead",
    "Departure",
    "Futures",
    "Habit",
    "Losses",
    "Start",
    "Stretch",
    "Water",
    "chance",
    "dates",
    "futures",
    "gradual",
    "land_habit",
    "loss_departure",
    "loss_habit",
    "on_days",
    "quantiles",
    "reached",
    "sea_habit",
    "seen",
    "unseen",
]
