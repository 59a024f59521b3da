"""Values that are possible but unlikely: an entry asks about them, and is accepted once they are confirmed."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal, get_args

from grilse.errors import GrilseError

ConfirmationCode = Literal["counts", "deaths", "density", "feed", "gutted_weight", "weight", "readings", "repeated"]
CODES: tuple[ConfirmationCode, ...] = get_args(ConfirmationCode)
"""What can be confirmed: unusually many deaths and much feed, counts, weights and readings that nobody expects, and
losses of a day for which others entered some since the writer looked."""
CONFIRM_LABEL = "Yes, this is right"


@dataclass(frozen=True, slots=True)
class Question:
    """An unlikely value: the code that confirms it, a sentence about it, and its field."""

    code: ConfirmationCode
    detail: str
    field: str = ""


class ConfirmationRequired(GrilseError):
    """An entry has unlikely values that nobody confirmed yet."""

    def __init__(self, questions: Sequence[Question]) -> None:
        super().__init__("; ".join(question.detail for question in questions), field=questions[0].field)
        self.questions = questions


_confirmed: ContextVar[frozenset[str]] = ContextVar("confirmed", default=frozenset())


@contextmanager
def accept_confirmed(codes: bool | Iterable[str]) -> Iterator[None]:
    """Accept the unlikely values of some codes within; True accepts all."""
    token = _confirmed.set(frozenset((CODES if codes else ()) if isinstance(codes, bool) else codes))
    try:
        yield
    finally:
        _confirmed.reset(token)


def require_confirmation(questions: Iterable[Question]) -> None:
    """Refuse unlikely values that are not confirmed, all in one error."""
    if unconfirmed := [question for question in questions if question.code not in _confirmed.get()]:
        raise ConfirmationRequired(unconfirmed)
