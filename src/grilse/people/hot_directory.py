"""What the doors ask of persons, and what it may cost."""

from django.db.models.functions import Length

from grilse.farm.listing_hot import Cost, hot
from grilse.people import directory
from grilse.people.lists_directory import LISTS
from grilse.people.models import Person, PersonWord
from grilse.proof.registry import Given, Hot

READ = ("people_person", "people_personword")
# What begins most names is looked for in their order, met soon; what begins few is looked up whole.
FOUND = 2 * directory.FEW
PAGE = directory.USUAL + 1

COSTS = {
    "persons": Cost(scanning=()),
    "teams": Cost(few=True),
    "fences": Cost(few=True),
    "transport-rates": Cost(few=True),
}


def _all() -> Given:
    return {"text": ""} if Person.objects.exists() else None


def _next() -> Given:
    after = directory.picker("").next
    return {"text": "", "after": after} if after else None


def _beginning(letters: int) -> Given:
    """Return the beginning of the longest word of a name."""
    word = PersonWord.objects.order_by(Length("word").desc(), "word").values_list("word", flat=True).first()
    return None if word is None else {"text": word[:letters]}


def _whole() -> Given:
    name = Person.objects.filter(active=True).order_by("-name", "-id").values_list("name", flat=True).first()
    return None if name is None else {"text": name}


def _person() -> Given:
    found = Person.objects.order_by("id").values_list("id", flat=True).first()
    return None if found is None else {"id": found}


def _picker(use: str, example: object, *, least: int = 0, sorts: bool = True) -> Hot:
    return Hot(
        name=f"people.directory.picker.{use}",
        run=directory.picker,
        example=example,  # type: ignore[arg-type]
        statements=1,
        unscanned=READ,
        sorts=sorts,
        # Each is found, and told with their names.
        touched=3,
        least=least,
        returns=PAGE,
    )


HOT = (
    *hot(LISTS, COSTS),
    _picker("all", _all),
    _picker("next", _next),
    _picker("letter", lambda: _beginning(1), least=FOUND),
    _picker("word", lambda: _beginning(4), least=FOUND),
    _picker("name", _whole, least=FOUND),
    Hot(
        name="people.directory.person",
        run=directory.person,
        example=_person,
        statements=1,
        unscanned=READ,
        touched=3,
    ),
)
