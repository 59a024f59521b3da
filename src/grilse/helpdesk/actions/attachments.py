"""Files on tickets."""

import hashlib
import re

from grilse.access.reasons import require_reason
from grilse.errors import GrilseError
from grilse.helpdesk.actions.steps import is_helpdesk_worker, lock_for_addition, lock_ticket
from grilse.helpdesk.models import Attachment
from grilse.helpdesk.workflow import describe_missing_file
from grilse.people.current_person import ensure_current_person, find_current_person
from grilse.row_validation import check_fields

MAX_BYTES = 5 * 2**20
MAX_FILES = 50
"""Files of a ticket."""
DEFAULT_CONTENT_TYPE = "application/octet-stream"
# Types that a browser shows without running anything; all others are downloaded as bytes.
CONTENT_TYPES = (
    "image/jpeg", "image/png", "image/gif", "image/webp", "image/heic", "application/pdf", "text/plain",
    "text/csv", "video/mp4", DEFAULT_CONTENT_TYPE,
)  # fmt: skip
CONTROL = re.compile(r"[\x00-\x1f\x7f/\\]")


def add_attachment(number: int, name: str, content_type: str, content: bytes) -> int:
    """Attach a file to a ticket; return its id. A file with the same content is stored once."""
    with lock_for_addition(number) as ticket:
        _refuse_size(len(content))
        digest = hashlib.sha256(content).hexdigest()
        stored_files = dict(Attachment.objects.filter(ticket=ticket).values_list("digest", "pk"))
        if digest in stored_files:
            return stored_files[digest]
        if len(stored_files) >= MAX_FILES:
            raise GrilseError(f"ticket #{number} has {MAX_FILES} files already: say where the others are")
        row = Attachment(
            company_id=ticket.company_id,
            ticket=ticket,
            author_id=ensure_current_person(),
            name=_clean_file_name(name),
            content_type=content_type if content_type in CONTENT_TYPES else DEFAULT_CONTENT_TYPE,
            size=len(content),
            digest=digest,
            content=content,
        )
        check_fields(row)
        row.save(force_insert=True)
        return row.pk


def remove_attachment(number: int, attachment: int, *, reason: str) -> None:
    """Remove a file from a ticket."""
    require_reason(reason)
    ticket = lock_ticket(number)
    row = Attachment.objects.filter(ticket=ticket, pk=attachment).defer("content").first()
    if row is None:
        raise describe_missing_file(number, attachment)
    if row.author_id != find_current_person() and not is_helpdesk_worker(ticket):
        raise GrilseError(f"only those who attached {row} or work on tickets can remove it from ticket #{number}")
    row.delete()


def describe_too_large_file() -> GrilseError:
    """Return the refusal of a file that is too large."""
    return GrilseError(
        f"a file on a ticket has at most {MAX_BYTES // 2**20} MB: make it smaller, or say where it is", field="content"
    )


def _refuse_size(size: int) -> None:
    if not size:
        raise GrilseError("the file is empty: choose another", field="content")
    if size > MAX_BYTES:
        raise describe_too_large_file()


def _clean_file_name(name: str) -> str:
    """Return the name of a file without its folders."""
    file_name = CONTROL.split(name)[-1].strip()
    if not file_name:
        raise GrilseError("the file has no name: give it one", field="name")
    return file_name
