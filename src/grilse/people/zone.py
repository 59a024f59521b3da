"""The time zone whose days and hours a company counts."""

from zoneinfo import ZoneInfo

from grilse.people.models import WorkRules


def time_zone() -> ZoneInfo:
    """Return the company's time zone, UTC where none is settled; one statement."""
    rules = WorkRules.objects.only("time_zone").first()
    return ZoneInfo(rules.time_zone if rules else "UTC")
