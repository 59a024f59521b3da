"""Files on tickets."""

import hashlib
import re

from grilse.errors import GrilseError
from grilse.farm.reasons import required_reason
from grilse.farm.rows import checked
from grilse.helpdesk.actions.steps import adding_to, held, works_on
from grilse.helpdesk.models import Attachment
from grilse.helpdesk.refusals import no_file
from grilse.people.me import ensure_me, me

MOST_BYTES = 5 * 2**20
MOST_FILES = 50
"""Of one ticket."""
OTHER = "application/octet-stream"
# What a browser shows without running anything; all else is bytes to be saved.
KINDS = (
    "image/jpeg", "image/png", "image/gif", "image/webp", "image/heic", "application/pdf", "text/plain",
    "text/csv", "video/mp4", OTHER,
)  # fmt: skip
CONTROL = re.compile(r"[\x00-\x1f\x7f/\\]")


def attach(number: int, name: str, content_type: str, content: bytes) -> int:
    """Put a file on a ticket; return its id. One that is there, under whatever name, is not put twice."""
    with adding_to(number) as ticket:
        _refuse_size(len(content))
        digest = hashlib.sha256(content).hexdigest()
        there = dict(Attachment.objects.filter(ticket=ticket).values_list("digest", "pk"))
        if digest in there:
            return there[digest]
        if len(there) >= MOST_FILES:
            raise GrilseError(f"ticket #{number} has {MOST_FILES} files already: say where the others are")
        row = Attachment(
            company_id=ticket.company_id,
            ticket=ticket,
            author_id=ensure_me(),
            name=_name(name),
            content_type=content_type if content_type in KINDS else OTHER,
            size=len(content),
            digest=digest,
            content=content,
        )
        checked(row)
        row.save(force_insert=True)
        return row.pk


def remove(number: int, attachment: int, *, reason: str) -> None:
    """Take a file off a ticket that should not be on it."""
    required_reason(reason)
    ticket = held(number)
    row = Attachment.objects.filter(ticket=ticket, pk=attachment).defer("content").first()
    if row is None:
        raise no_file(number, attachment)
    if row.author_id != me() and not works_on(ticket):
        raise GrilseError(f"only who put {row} there or works on tickets can take it off ticket #{number}")
    row.delete()


def too_large() -> GrilseError:
    """Return the refusal of a file that is larger than one on a ticket may be."""
    return GrilseError(
        f"a file on a ticket has at most {MOST_BYTES // 2**20} MB: make it smaller, or say where it lies",
        field="content",
    )


def _refuse_size(size: int) -> None:
    if not size:
        raise GrilseError("the file is empty: choose another", field="content")
    if size > MOST_BYTES:
        raise too_large()


def _name(name: str) -> str:
    """Return what a file is called, without the folders it lay in."""
    found = CONTROL.split(name)[-1].strip()
    if not found:
        raise GrilseError("the file has no name: give it one", field="name")
    return found
