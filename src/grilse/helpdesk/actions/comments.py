"""Comment on tickets."""

from grilse.errors import GrilseError
from grilse.helpdesk.actions.steps import is_helpdesk_worker, lock_for_addition
from grilse.helpdesk.models import Comment
from grilse.people.current_person import ensure_current_person
from grilse.row_validation import check_fields

MAX_LETTERS = 20_000
"""Characters of a comment."""


def add_comment(number: int, body: str, *, internal: bool = False) -> int:
    """Add a comment to a ticket, internal ones only for those who work on it; return its id."""
    with lock_for_addition(number, answers=not internal) as ticket:
        _refuse_text(body)
        if internal and not is_helpdesk_worker(ticket):
            raise GrilseError("internal comments are for those who work on tickets: write it to all, or not at all")
        row = Comment(
            company_id=ticket.company_id, ticket=ticket, author_id=ensure_current_person(), body=body, internal=internal
        )
        check_fields(row)
        row.save(force_insert=True)
        return row.pk


def _refuse_text(body: str) -> None:
    if not body.strip():
        raise GrilseError("the comment is empty: write a text", field="body")
    if len(body) > MAX_LETTERS:
        raise GrilseError(
            f"a comment has at most {MAX_LETTERS:,} letters, this one {len(body):,}: attach it as a file", field="body"
        )
