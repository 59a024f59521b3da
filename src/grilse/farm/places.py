"""What stands, added, changed and taken away one by one; a refusal is one line, as of every action."""

from django.db import IntegrityError, ProgrammingError, transaction
from django.db.models import ProtectedError
from psycopg import errors

from grilse.errors import GrilseError
from grilse.farm.rows import checked
from grilse.farm.tenancy import TenantModel, acting, because


def keep(row: TenantModel, *, reason: str = "") -> None:
    """Add a row that stands, or change it."""
    because(reason.strip())
    row.company_id = acting().company
    checked(row)
    try:
        with transaction.atomic():
            row.save()
    except (IntegrityError, ProgrammingError) as error:
        raise GrilseError(_why(row, error)) from error


def remove(row: TenantModel, *, reason: str) -> None:
    """Take a row away to which nothing refers."""
    because(reason.strip())
    try:
        with transaction.atomic():
            row.delete()
    except (IntegrityError, ProtectedError) as error:
        raise GrilseError(f"{row} is in use: what stands or was recorded there refers to it") from error


def _why(row: TenantModel, error: Exception) -> str:
    """Return the sentence of the rule that the database kept."""
    cause = error.__cause__
    if isinstance(cause, errors.UniqueViolation):
        return f"there is such a {row._meta.verbose_name} already: change that one, or choose another name"
    if isinstance(cause, errors.InsufficientPrivilege):
        return f"this {row._meta.verbose_name} would lie outside the geographies of your role"
    name = str(cause.diag.constraint_name) if isinstance(cause, errors.CheckViolation) else ""
    for end, sentence in RULES.items():
        if name.endswith(end):
            return sentence
    raise error


RULES = {
    "_in_one_place": "it stands in a hall or in an area: choose one of the two",
    "_latitude": "a latitude lies between -90 and 90",
    "_longitude": "a longitude lies between -180 and 180",
    "_biomass": "the largest biomass has to be above 0 kg",
    "_volume": "the volume has to be above 0 m³",
    "_density": "the largest density has to be above 0 kg/m³",
    "_capacity": "the capacity has to be above 0 kg",
    "sensor_dates": "it is removed on the day it was installed or later",
    "sensor_parameter": "a sensor measures one of the parameters that readings have",
    "_weeks": "the weeks run from 1 to 53, the first before the last",
    "licelimit_dates": "the limit ends after it begins",
}
