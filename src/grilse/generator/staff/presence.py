"""On which days somebody works, and to what they agreed."""

import numpy as np
from numpy.typing import NDArray

from grilse.generator.staff.directory import Member, Staff
from grilse.generator.staff.figures import chosen
from grilse.generator.streams import stream
from grilse.science.temperature import day_of_year

SUMMER = (172, 222)  # days of the year on which a summer's holiday may begin


def works(staff: Staff, member: Member) -> NDArray[np.bool_]:
    """Return the days of the history on which somebody is employed, well and not on holiday; weekends too."""
    draw, about = stream(staff.run.seed, "staff.works", member.key), chosen()["employment"]
    day = np.arange(staff.span.size)
    years = (1970 + (staff.span.days // 365.2425)).astype(np.int64)
    begins = draw.integers(*SUMMER, size=int(np.ptp(years)) + 1)[years - years.min()]
    since = day_of_year(staff.span.days) - begins
    away = (since >= 0) & (since < about["holiday_days"])
    sick = draw.random(staff.span.size) < about["sick"]
    employed = (day >= member.first) & (day <= member.last)
    return np.asarray(employed & ~away & ~sick)


def agreed(staff: Staff, member: Member) -> dict[str, bool]:
    """Return what somebody agreed to."""
    writer, wellbeing, tracking = stream(staff.run.seed, "staff.agreed", member.key).random(3)
    journal, tracks = chosen()["journal"], chosen()["tracks"]
    writes = bool(writer < journal["writers"])
    share = journal["wellbeing_consent"]["writer" if writes else "other"]
    return {
        "writes": writes,
        "wellbeing": bool(wellbeing < share),
        "tracking": bool(tracking < tracks["tracking_consent"]),
    }
