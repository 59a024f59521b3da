"""Versions that stand beside what stands: kept until the author settles them."""

from collections.abc import Sequence

from django.db import connection
from django.utils import timezone

from grilse.errors import GrilseError
from grilse.farm.tenancy import acting
from grilse.people.me import ensure_me
from grilse.people.models import KeptVersion
from grilse.people.versions import Item, Sorted, plain


def hold(person: int) -> None:
    """Have the phones of a person wait for each other until the transaction ends; one statement.

    What stands is read after this, so that two at once of one queue do not both find nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM people_person WHERE id = %s FOR NO KEY UPDATE", [person])


def keep(person: int, of: str, items: Sequence[Item], found: Sorted) -> None:
    """Keep what is older or contradicts; what was kept before stays as it is; two statements or none."""
    if not found.keep:
        return
    company = acting().company
    KeptVersion.objects.bulk_create(
        [
            KeptVersion(
                company_id=company,
                person_id=person,
                of=of,
                client_id=items[place].client_id,
                version=items[place].version,
                digest=found.digests[place],
                content=plain(items[place].content),
                why=found.outcomes[place].value,
            )
            for place in found.keep
        ],
        ignore_conflicts=True,
    )


def settle(kept: int) -> None:
    """Have a version that contradicted count as looked at; it stays what it was; two statements."""
    mine = KeptVersion.objects.filter(pk=kept, person_id=ensure_me())
    if not mine.update(settled_at=timezone.now()):
        raise GrilseError(f"there is no version {kept} of yours to settle")
