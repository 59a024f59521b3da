"""What the doors ask of persons, and what it may cost."""

from django.db.models.functions import Length

from grilse.listing.budgets import ListBudget, build_list_budgets
from grilse.people import directory
from grilse.people.lists_directory import LISTS
from grilse.people.models import Person, PersonWord
from grilse.proof.registry import Arguments, QueryBudget

READ_TABLES = ("people_person", "people_personword")
# What begins most names is looked for in their order, met soon; what begins few is looked up whole.
MATCH_LIMIT = 2 * directory.LOOKUP_LIMIT
PAGE = directory.DEFAULT_LIMIT + 1

COSTS = {
    "persons": ListBudget(scanning=()),
    "teams": ListBudget(few=True),
    "fences": ListBudget(few=True),
    "transport-rates": ListBudget(few=True),
}


def _build_all_arguments() -> Arguments:
    return {"text": ""} if Person.objects.exists() else None


def _build_next_arguments() -> Arguments:
    after = directory.search_persons("").next
    return {"text": "", "after": after} if after else None


def _build_prefix_arguments(letters: int) -> Arguments:
    """Return the beginning of the longest word of a name."""
    word = PersonWord.objects.order_by(Length("word").desc(), "word").values_list("word", flat=True).first()
    return None if word is None else {"text": word[:letters]}


def _build_name_arguments() -> Arguments:
    name = Person.objects.filter(active=True).order_by("-name", "-id").values_list("name", flat=True).first()
    return None if name is None else {"text": name}


def _build_person_arguments() -> Arguments:
    person_id = Person.objects.order_by("id").values_list("id", flat=True).first()
    return None if person_id is None else {"id": person_id}


def _build_search_budget(use: str, example: object, *, least: int = 0, sorts: bool = True) -> QueryBudget:
    return QueryBudget(
        name=f"people.directory.search_persons.{use}",
        run=directory.search_persons,
        example=example,  # type: ignore[arg-type]
        statements=1,
        unscanned=READ_TABLES,
        sorts=sorts,
        # Each is found, and told with their names.
        touched=3,
        least=least,
        returns=PAGE,
    )


BUDGETS = (
    *build_list_budgets(LISTS, COSTS),
    _build_search_budget("all", _build_all_arguments),
    _build_search_budget("next", _build_next_arguments),
    _build_search_budget("letter", lambda: _build_prefix_arguments(1), least=MATCH_LIMIT),
    _build_search_budget("word", lambda: _build_prefix_arguments(4), least=MATCH_LIMIT),
    _build_search_budget("name", _build_name_arguments, least=MATCH_LIMIT),
    QueryBudget(
        name="people.directory.read_person",
        run=directory.read_person,
        example=_build_person_arguments,
        statements=1,
        unscanned=READ_TABLES,
        touched=3,
    ),
)
