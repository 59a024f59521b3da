"""The working days of a member of the staff, and their consents."""

import numpy as np
from numpy.typing import NDArray

from grilse.generator.random_streams import create_random_stream
from grilse.generator.staff.directory import Staff, StaffMember
from grilse.generator.staff.settings import load_staff_settings
from grilse.science.temperature import day_of_year

SUMMER = (172, 222)  # days of the year on which a summer holiday may begin


def find_working_days(staff: Staff, member: StaffMember) -> NDArray[np.bool_]:
    """Return a mask of the days on which somebody is employed, well and not on holiday; weekends are included."""
    rng = create_random_stream(staff.run.seed, "staff.works", member.key)
    settings = load_staff_settings()["employment"]
    day = np.arange(staff.span.day_count)
    years = (1970 + (staff.span.days // 365.2425)).astype(np.int64)
    begins = rng.integers(*SUMMER, size=int(np.ptp(years)) + 1)[years - years.min()]
    since = day_of_year(staff.span.days) - begins
    away = (since >= 0) & (since < settings["holiday_days"])
    sick = rng.random(staff.span.day_count) < settings["sick"]
    employed = (day >= member.first) & (day <= member.last)
    return np.asarray(employed & ~away & ~sick)


def draw_consents(staff: Staff, member: StaffMember) -> dict[str, bool]:
    """Return the consents of somebody, and whether they write a journal."""
    writer, wellbeing, tracking = create_random_stream(staff.run.seed, "staff.agreed", member.key).random(3)
    journal, tracks = load_staff_settings()["journal"], load_staff_settings()["tracks"]
    writes = bool(writer < journal["writers"])
    share = journal["wellbeing_consent"]["writer" if writes else "other"]
    return {
        "writes": writes,
        "wellbeing": bool(wellbeing < share),
        "tracking": bool(tracking < tracks["tracking_consent"]),
    }
