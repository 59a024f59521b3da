"""What was seen and done after fish had left, for the room below that asks before a placement ends."""

from datetime import date

from grilse.health.models import HealthSample, LiceCount, Treatment


def find_record_after(placement: int, day: date) -> str:
    """Return something that a placement cannot have if it ends on a day; three statements.

    Lice are counted on fish that stand there; on its last day fish may still be treated and looked over.
    """
    lice = LiceCount.objects.filter(placement=placement, date__gte=day).order_by("date").first()
    if lice:
        return f"a lice count of {lice.date}"
    treated = Treatment.objects.filter(placement=placement, start__gt=day).order_by("start").first()
    if treated:
        return f"{treated.kind} from {treated.start}"
    looked = HealthSample.objects.filter(placement=placement, date__gt=day).order_by("date").first()
    return f"a health sample of {looked.date}" if looked else ""
