"""Persons, their teams, and the work rules of a company."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from grilse.access.audit import track_changes
from grilse.access.tenancy import TenantModel, tenant_foreign_key


@track_changes()
class Team(TenantModel):
    """People who work together; a ticket may be given to all of them."""

    name = models.CharField(max_length=120)
    geography = tenant_foreign_key("farm.Geography", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "name"], name="people_team_name")]

    def __str__(self) -> str:
        return self.name


@track_changes()
class Person(TenantModel):
    """Somebody who works for the company, with or without a login."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="+"
    )
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=80, blank=True, db_default="", default="")
    email = models.CharField(max_length=254, blank=True, db_default="", default="")
    phone = models.CharField(max_length=40, blank=True, db_default="", default="")
    geography = tenant_foreign_key("farm.Geography", null=True)
    """Where they work; none is everywhere."""
    area = tenant_foreign_key("farm.Area", null=True)
    station = tenant_foreign_key("farm.Station", null=True)
    team = tenant_foreign_key("people.Team", null=True)
    manager = tenant_foreign_key("people.Person", null=True)
    """Reads entries for the manager; a role alone reads none of them."""
    active = models.BooleanField(db_default=True, default=True)

    class Meta:
        indexes = [
            models.Index(fields=["company", "name", "id"], name="people_person_listed"),
            models.Index(fields=["company", "team"], name="people_person_team"),
            models.Index(fields=["company", "manager"], name="people_person_manager"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "user"], condition=Q(user__isnull=False), name="people_person_login"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="people_person_named"),
            models.CheckConstraint(condition=Q(area=None) | Q(station=None), name="people_person_of_one_site"),
            models.CheckConstraint(
                condition=Q(manager=None) | ~Q(manager=F("id")), name="people_person_not_own_manager"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PersonWord(TenantModel):
    """A search word of a person's name, from `people.name_words`."""

    pk = models.CompositePrimaryKey("company_id", "word", "person_id")
    person = tenant_foreign_key("people.Person")
    word = models.CharField(max_length=120, db_collation="C")

    class Meta:
        indexes = [models.Index(fields=["person"], name="people_personword_person")]


@track_changes()
class WorkRules(TenantModel):
    """The work rules of a company; without a row the defaults hold."""

    time_zone = models.CharField(max_length=40, db_default="UTC", default="UTC")
    """Zone of the days of the conveyance report and of business hours."""
    currency = models.CharField(max_length=3, db_default="EUR", default="EUR")
    track_days = models.PositiveSmallIntegerField(db_default=365, default=365)
    """Days after which positions are deleted; journeys and visits stay."""
    journal_days = models.PositiveSmallIntegerField(db_default=1825, default=1825)
    """Days after which journal entries are deleted."""
    deleted_days = models.PositiveSmallIntegerField(db_default=30, default=30)
    """Days for which the author can restore a deleted entry."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company"], name="people_workrules_once"),
            models.CheckConstraint(condition=Q(track_days__gte=1, journal_days__gte=1), name="people_workrules_days"),
        ]

    def __str__(self) -> str:
        return f"with times in {self.time_zone} and amounts in {self.currency}"
