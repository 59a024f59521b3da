"""The person of the current login."""

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models.expressions import RawSQL

from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.people.models import Person, PersonWord
from grilse.people.name_words import split_words

# The id of the current person, for use in querysets.
CURRENT_PERSON = RawSQL("(SELECT people_me())", [])


def find_current_person() -> int | None:
    """Return the person of the current login, None where there is none yet; one statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_me()")
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def ensure_current_person() -> int:
    """Return the person of the current login; create it where there is none yet."""
    return find_current_person() or _create_current_person()


def _create_current_person() -> int:
    session = get_current_actor()
    user = get_user_model().objects.filter(pk=session.user).first() if session.user else None
    if user is None:
        raise GrilseError("nobody is logged in: log in as a user first")
    name = user.get_full_name() or user.get_username()
    # Of two simultaneous requests of a new login, the second finds what the first created.
    person, created = Person.objects.get_or_create(
        company_id=session.company, user_id=user.pk, defaults={"name": name, "email": user.email}
    )
    if created:
        PersonWord.objects.bulk_create(
            PersonWord(company_id=session.company, person=person, word=word) for word in split_words(name)
        )
    return person.pk
