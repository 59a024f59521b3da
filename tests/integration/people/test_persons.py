"""Persons are added and changed; a login stays whose it is, and nobody is their own manager's manager."""

import threading
import uuid

import pytest
from django.db import ProgrammingError, connections, transaction
from tests.edited_farm import at, write_farm

from grilse.access.tenancy import tenant_transaction
from grilse.errors import GrilseError
from grilse.people import directory
from grilse.people.actions.persons import NewPerson, add_person, change_person, reinstate_person, retire_person
from grilse.people.models import JournalEntry, Person, PersonWord

REASON = "entered wrongly"


@pytest.fixture(scope="module")
def farm(database):
    """A farm with a site of another region beside."""
    from grilse.access.models import Company
    from grilse.farm.models import Geography, Station

    written_farm = write_farm(Company.objects.using("owner").create(name="Northern Salmon").pk)
    of = {"company_id": written_farm.company}
    faroe = Geography.objects.using("owner").create(**of, name="Faroe", code="FO")
    Station.objects.using("owner").create(**of, name="Fuglafjørður", geography=faroe)
    return written_farm


@pytest.fixture
def acting(farm):
    """Within a transaction of the company; nothing of it stays."""
    with tenant_transaction(farm.company, farm.user):
        yield farm
        transaction.set_rollback(True)


@pytest.fixture
def places(acting):
    """Ids of regions and sites by name."""
    from grilse.farm.models import Area, Geography, Station

    return {row.name: row.pk for model in (Geography, Area, Station) for row in model.objects.all()}


def search_names(text):
    return [person.name for person in directory.search_persons(text).persons]


def test_a_person_is_added_found_renamed_and_found_again(acting):
    person = add_person(NewPerson(name="  Jón   Østergård ", title="Diver"))
    assert directory.read_person(person)["name"] == "Jón Østergård"
    assert search_names("ost jon") == ["Jón Østergård"]

    change_person(person, NewPerson(name="Jón Smith"), reason=REASON)
    assert search_names("ost") == []
    assert search_names("smi") == ["Jón Smith"]
    assert set(PersonWord.objects.filter(person=person).values_list("word", flat=True)) == {"jon", "smith"}


def test_who_has_left_may_come_back(acting):
    person = add_person(NewPerson(name="Kari Lund"))
    retire_person(person, reason="moved away")
    assert search_names("kari") == []
    with pytest.raises(GrilseError, match="Kari Lund has left already"):
        retire_person(person, reason="again")
    reinstate_person(person, reason="came back")
    assert search_names("kari") == ["Kari Lund"]


def test_a_change_says_why_and_the_audit_keeps_it(acting):
    from grilse.access.change_history import read_row_changes

    person = add_person(NewPerson(name="Kari Lund"))
    with pytest.raises(GrilseError, match="say why"):
        change_person(person, NewPerson(name="Kari Berg"), reason=" ")
    change_person(person, NewPerson(name="Kari Berg"), reason="married")
    newest = read_row_changes(Person, person)[0]
    assert (newest.reason, newest.differences) == ("married", (("name", "Kari Lund", "Kari Berg"),))


def test_the_region_is_that_of_the_site(acting, places):
    from grilse.farm.models import Area

    area = Area.objects.get(company=acting.company)
    person = directory.read_person(add_person(NewPerson(name="Kari Lund", area=area.pk)))
    assert person["geography"] == area.geography_id
    wrong = NewPerson(name="X", geography=area.geography_id, station=places["Fuglafjørður"])
    with pytest.raises(GrilseError, match="Fuglafjørður is not in") as refused:
        add_person(wrong)
    assert refused.value.field == "station"


@pytest.mark.parametrize(
    ("wrong", "field", "told"),
    [
        ({"name": "   "}, "name", "a person needs a name"),
        ({"geography": 10**6}, "geography", "there is no geography 1000000"),
        ({"area": 10**6}, "area", "there is no area 1000000"),
        ({"station": 10**6}, "station", "there is no station 1000000"),
        ({"area": 1, "station": 1}, "station", "X works at an area or at a station"),
        ({"team": 10**6}, "team", "there is no team 1000000"),
        ({"manager": 10**6}, "manager", "there is no person 1000000 who could be"),
        ({"user": 10**6}, "user", "there is no login 1000000 in this company"),
    ],
)
def test_what_is_not_there_is_refused_by_name(acting, wrong, field, told):
    with pytest.raises(GrilseError, match=told) as refused:
        add_person(NewPerson(**{"name": "X", **wrong}))
    assert refused.value.field == field


def test_a_name_that_is_too_long_is_refused(acting):
    with pytest.raises(GrilseError, match="name: "):
        add_person(NewPerson(name="x" * 121))
    # A sign may be spelled out in more letters than it has.
    add_person(NewPerson(name="ﷺ" * 100))


def test_another_companys_manager_is_as_good_as_none(acting):
    from grilse.access.models import Company

    company = Company.objects.using("owner").create(name=f"Other {uuid.uuid4().hex[:6]}").pk
    other = Person.objects.using("owner").create(company_id=company, name="Theirs").pk
    with pytest.raises(GrilseError, match=f"there is no person {other} who could be"):
        add_person(NewPerson(name="X", manager=other))


def test_there_is_no_circle_of_managers(acting):
    head = add_person(NewPerson(name="Head"))
    middle = add_person(NewPerson(name="Middle", manager=head))
    last = add_person(NewPerson(name="Last", manager=middle))
    with pytest.raises(GrilseError, match="Head cannot be their own manager"):
        change_person(head, NewPerson(name="Head", manager=head), reason=REASON)
    for under in (middle, last):
        with pytest.raises(GrilseError, match="works under Head") as refused:
            change_person(head, NewPerson(name="Head", manager=under), reason=REASON)
        assert refused.value.field == "manager"
    change_person(last, NewPerson(name="Last", manager=head), reason=REASON)


def test_who_has_left_manages_nobody_new(acting):
    head = add_person(NewPerson(name="Head"))
    person = add_person(NewPerson(name="One", manager=head))
    retire_person(head, reason="moved")
    with pytest.raises(GrilseError, match="Head has left and manages nobody"):
        add_person(NewPerson(name="X", manager=head))
    # What stood before stands.
    change_person(person, NewPerson(name="One", title="Diver", manager=head), reason=REASON)


def test_two_who_make_a_circle_at_once_wait_for_each_other(farm):
    with tenant_transaction(farm.company, farm.user):
        left, right = add_person(NewPerson(name="Left")), add_person(NewPerson(name="Right"))
    messages, both = [], threading.Barrier(2, timeout=20)

    def change_manager(person, name, manager):
        try:
            with tenant_transaction(farm.company, farm.user):
                both.wait()
                change_person(person, NewPerson(name=name, manager=manager), reason=REASON)
            messages.append("changed")
        except GrilseError as error:
            messages.append(str(error))
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=change_manager, args=given) for given in ((left, "Left", right), (right, "Right", left))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(text == "changed" for text in messages) == [False, True], messages


def test_a_login_is_one_person_and_a_person_keeps_it(acting):
    from grilse.access import memberships

    memberships.grant_role(acting.user, "viewer")
    other = memberships.add_login(f"second-{uuid.uuid4().hex[:6]}")
    memberships.grant_role(other, "viewer")
    person = add_person(NewPerson(name="Kari Lund", user=acting.user))
    with pytest.raises(GrilseError, match=f"login {acting.user} is Kari Lund"):
        add_person(NewPerson(name="X", user=acting.user))
    for user in (other, None):
        with pytest.raises(GrilseError, match="Kari Lund keeps the login") as refused:
            change_person(person, NewPerson(name="Kari Lund", user=user), reason=REASON)
        assert refused.value.field == "user"


def test_the_database_gives_a_journal_to_no_other_login(acting):
    """Whatever writes the column: whose login it is would be the author."""
    from django.contrib.auth import get_user_model

    other = get_user_model().objects.using("owner").create(username=uuid.uuid4().hex).pk
    person = Person.objects.create(company_id=acting.company, name="Kari Lund", user_id=acting.user)
    Person.objects.filter(pk=person.pk).update(user_id=None)
    Person.objects.filter(pk=person.pk).update(user_id=acting.user)
    JournalEntry.objects.create(
        company_id=acting.company, person=person, kind="note", at=at(36), client_id=uuid.uuid4()
    )
    for now in (other, None):
        # It may be without a login, and then has none for ever.
        Person.objects.filter(pk=person.pk).update(user_id=None)
        with pytest.raises(ProgrammingError, match="goes to no other login"), transaction.atomic():
            Person.objects.filter(pk=person.pk).update(user_id=now or acting.user)


def test_a_role_of_a_region_changes_its_own_people(farm):
    from grilse.farm.models import Geography

    with tenant_transaction(farm.company):
        here, there = Geography.objects.order_by("pk").values_list("pk", flat=True)
        near = add_person(NewPerson(name="Near", geography=here))
        far, anywhere = (add_person(NewPerson(name="Far", geography=there)), add_person(NewPerson(name="Anywhere")))
    with tenant_transaction(farm.company, farm.user, [here]):
        assert search_names("far") == ["Far"], "the directory is the whole company's"
        change_person(near, NewPerson(name="Near", title="Diver", geography=here), reason=REASON)
        for arguments, geography in ((far, there), (anywhere, None)):
            with pytest.raises(GrilseError, match=f"there is no person {arguments} whom your role may change"):
                change_person(arguments, NewPerson(name="Mine", geography=geography), reason=REASON)
        with pytest.raises(GrilseError, match="would work outside the geographies of your role"):
            add_person(NewPerson(name="X"))
        with pytest.raises(GrilseError, match="would work outside the geographies of your role"):
            change_person(near, NewPerson(name="Near"), reason=REASON)
        transaction.set_rollback(True)
