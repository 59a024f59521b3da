"""What people say on tickets."""

from grilse.errors import GrilseError
from grilse.farm.rows import checked
from grilse.helpdesk.actions.steps import adding_to, works_on
from grilse.helpdesk.models import Comment
from grilse.people.me import ensure_me

LONGEST = 20_000
"""Letters of a comment."""


def say(number: int, body: str, *, internal: bool = False) -> int:
    """Say something on a ticket, or (internal) to those alone who work on them; return the comment's id."""
    with adding_to(number, answers=not internal) as ticket:
        _refuse_text(body)
        if internal and not works_on(ticket):
            raise GrilseError("internal words are between those who work on tickets: say it to all, or not")
        row = Comment(
            company_id=ticket.company_id, ticket=ticket, author_id=ensure_me(), body=body, internal=internal
        )
        checked(row)
        row.save(force_insert=True)
        return row.pk


def _refuse_text(body: str) -> None:
    if not body.strip():
        raise GrilseError("a comment without words says nothing: write some", field="body")
    if len(body) > LONGEST:
        raise GrilseError(
            f"a comment has at most {LONGEST:,} letters, this one {len(body):,}: attach it as a file",
            field="body",
        )
