"""When an event of a placement may be: from its start, and whether on the day that its fish left."""

from grilse.exchange.cells import DAY

# table: column of the date, its unit in days' terms, whether the day of the end counts.
EVENT_WINDOWS: dict[str, tuple[str, int, bool]] = {
    "weights": ("date", 1, True),
    "harvest_grades": ("date", 1, True),
    "treatments": ("start_date", 1, True),
    "health_samples": ("date", 1, True),
    "meals": ("at", DAY, False),
}
