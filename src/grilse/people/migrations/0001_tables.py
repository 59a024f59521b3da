"""Teams, persons, tracks, fences, journals and wellbeing reports."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Now

from grilse.access.migration_tables import create_table, create_tracked_table, row_id
from grilse.access.tenancy import company_key, company_reference, tenant_foreign_key


class Migration(migrations.Migration):
    initial = True

    dependencies = [("farm", "0001_tables"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        *create_tracked_table(
            "people.Team",
            {
                "id": row_id(),
                "name": models.CharField(max_length=120),
                "company": company_key(),
                "geography": tenant_foreign_key("farm.Geography", null=True),
            },
            constraints=[models.UniqueConstraint(fields=["company", "name"], name="people_team_name")],
        ),
        *create_tracked_table(
            "people.Person",
            {
                "id": row_id(),
                "name": models.CharField(max_length=120),
                "title": models.CharField(blank=True, db_default="", default="", max_length=80),
                "email": models.CharField(blank=True, db_default="", default="", max_length=254),
                "phone": models.CharField(blank=True, db_default="", default="", max_length=40),
                "active": models.BooleanField(db_default=True, default=True),
                "area": tenant_foreign_key("farm.Area", null=True),
                "company": company_key(),
                "geography": tenant_foreign_key("farm.Geography", null=True),
                "manager": tenant_foreign_key("people.Person", null=True),
                "station": tenant_foreign_key("farm.Station", null=True),
                "user": models.ForeignKey(
                    settings.AUTH_USER_MODEL, models.SET_NULL, blank=True, db_index=False, null=True, related_name="+"
                ),
                "team": tenant_foreign_key("people.Team", null=True),
            },
            indexes=[
                models.Index(fields=["company", "name", "id"], name="people_person_listed"),
                models.Index(fields=["company", "team"], name="people_person_team"),
                models.Index(fields=["company", "manager"], name="people_person_manager"),
            ],
            constraints=[
                models.UniqueConstraint(
                    fields=["company", "user"], condition=Q(user__isnull=False), name="people_person_login"
                ),
                models.CheckConstraint(condition=~Q(name=""), name="people_person_named"),
                models.CheckConstraint(condition=Q(area=None) | Q(station=None), name="people_person_of_one_site"),
                models.CheckConstraint(
                    condition=Q(manager=None) | ~Q(manager=F("id")), name="people_person_not_own_manager"
                ),
            ],
        ),
        create_table(
            "PersonWord",
            {
                "pk": models.CompositePrimaryKey(
                    "company_id", "word", "person_id", blank=True, editable=False, primary_key=True, serialize=False
                ),
                "word": models.CharField(db_collation="C", max_length=120),
                "company": company_key(),
                "person": tenant_foreign_key("people.Person"),
            },
            indexes=[models.Index(fields=["person"], name="people_personword_person")],
        ),
        *create_tracked_table(
            "people.WorkRules",
            {
                "id": row_id(),
                "time_zone": models.CharField(db_default="UTC", default="UTC", max_length=40),
                "currency": models.CharField(db_default="EUR", default="EUR", max_length=3),
                "track_days": models.PositiveSmallIntegerField(db_default=365, default=365),
                "journal_days": models.PositiveSmallIntegerField(db_default=1825, default=1825),
                "deleted_days": models.PositiveSmallIntegerField(db_default=30, default=30),
                "company": company_key(),
            },
            constraints=[
                models.UniqueConstraint(fields=["company"], name="people_workrules_once"),
                models.CheckConstraint(
                    condition=Q(journal_days__gte=1, track_days__gte=1), name="people_workrules_days"
                ),
            ],
        ),
        create_table(
            "TrackPoint",
            {
                "id": row_id(),
                "at": models.DateTimeField(),
                "latitude": models.FloatField(),
                "longitude": models.FloatField(),
                "accuracy_m": models.FloatField(null=True),
                "kind": models.CharField(
                    choices=[
                        ("tracking", "Tracking"),
                        ("site visit", "Site Visit"),
                        ("conveyance", "Conveyance"),
                        ("external tour", "External Tour"),
                        ("internal tour", "Internal Tour"),
                    ],
                    max_length=13,
                ),
                "reference": models.CharField(max_length=64, null=True),
                "device": models.CharField(blank=True, db_default="", default="", max_length=64),
                "client_id": models.UUIDField(),
                "version": models.PositiveIntegerField(db_default=1, default=1),
                "company": company_reference(),
                "person": tenant_foreign_key("people.Person"),
            },
            indexes=[
                models.Index(fields=["company", "person", "-at", "-id"], name="people_trackpoint_history"),
                models.Index(
                    fields=["company", "reference", "-at", "-id"],
                    condition=Q(reference__isnull=False),
                    name="people_trackpoint_crumbs",
                ),
                models.Index(
                    fields=["company", "-at", "-id"], condition=Q(kind="site visit"), name="people_trackpoint_visits"
                ),
            ],
            constraints=[
                models.UniqueConstraint(fields=["company", "person", "client_id"], name="people_trackpoint_once"),
                models.CheckConstraint(condition=Q(latitude__range=(-90, 90)), name="people_trackpoint_latitude"),
                models.CheckConstraint(condition=Q(longitude__range=(-180, 180)), name="people_trackpoint_longitude"),
                models.CheckConstraint(
                    condition=Q(kind__in=["tracking", "site visit", "conveyance", "external tour", "internal tour"]),
                    name="people_trackpoint_kind",
                ),
                models.CheckConstraint(condition=Q(version__gte=1), name="people_trackpoint_version"),
            ],
        ),
        *create_tracked_table(
            "people.Journey",
            {
                "id": row_id(),
                "reference": models.CharField(max_length=64),
                "version": models.PositiveIntegerField(db_default=1, default=1),
                "kind": models.CharField(
                    choices=[
                        ("conveyance", "Conveyance"),
                        ("external tour", "External Tour"),
                        ("internal tour", "Internal Tour"),
                        ("site visit", "Site Visit"),
                        ("tracking", "Tracking"),
                    ],
                    max_length=13,
                ),
                "mode": models.CharField(
                    blank=True,
                    choices=[
                        ("car", "Car"),
                        ("boat", "Boat"),
                        ("ferry", "Ferry"),
                        ("bicycle", "Bicycle"),
                        ("foot", "Foot"),
                        ("other", "Other"),
                    ],
                    db_default="",
                    default="",
                    max_length=7,
                ),
                "purpose": models.CharField(blank=True, db_default="", default="", max_length=200),
                "begun_at": models.DateTimeField(null=True),
                "started_at": models.DateTimeField(),
                "ended_at": models.DateTimeField(),
                "points": models.PositiveIntegerField(db_default=0, default=0),
                "distance_m": models.FloatField(db_default=0.0, default=0.0),
                "company": company_key(),
                "person": tenant_foreign_key("people.Person"),
            },
            indexes=[
                models.Index(fields=["company", "-started_at", "-id"], name="people_journey_listed"),
                models.Index(fields=["company", "person", "-started_at", "-id"], name="people_journey_of_person"),
            ],
            constraints=[
                models.UniqueConstraint(fields=["company", "person", "reference"], name="people_journey_once"),
                models.CheckConstraint(condition=Q(ended_at__gte=F("started_at")), name="people_journey_times"),
                models.CheckConstraint(condition=Q(distance_m__gte=0), name="people_journey_distance"),
                models.CheckConstraint(
                    condition=Q(mode__in=["", "car", "boat", "ferry", "bicycle", "foot", "other"]),
                    name="people_journey_mode",
                ),
                models.CheckConstraint(
                    condition=Q(kind__in=["tracking", "site visit", "conveyance", "external tour", "internal tour"]),
                    name="people_journey_kind",
                ),
            ],
        ),
        *create_tracked_table(
            "people.TransportRate",
            {
                "id": row_id(),
                "mode": models.CharField(
                    choices=[
                        ("car", "Car"),
                        ("boat", "Boat"),
                        ("ferry", "Ferry"),
                        ("bicycle", "Bicycle"),
                        ("foot", "Foot"),
                        ("other", "Other"),
                    ],
                    max_length=7,
                ),
                "valid_from": models.DateField(),
                "per_km_minor": models.PositiveIntegerField(),
                "company": company_key(),
            },
            constraints=[
                models.UniqueConstraint(fields=["company", "mode", "valid_from"], name="people_transportrate_once"),
                models.CheckConstraint(
                    condition=Q(mode__in=["car", "boat", "ferry", "bicycle", "foot", "other"]),
                    name="people_transportrate_mode",
                ),
            ],
        ),
        *create_tracked_table(
            "people.Fence",
            {
                "id": row_id(),
                "latitude": models.FloatField(),
                "longitude": models.FloatField(),
                "radius_m": models.FloatField(),
                "area": tenant_foreign_key("farm.Area", null=True),
                "company": company_key(),
                "station": tenant_foreign_key("farm.Station", null=True),
            },
            constraints=[
                models.UniqueConstraint(
                    fields=["company", "area", "station"], nulls_distinct=False, name="people_fence_once"
                ),
                models.CheckConstraint(
                    condition=Q(area=None, station__isnull=False) | Q(area__isnull=False, station=None),
                    name="people_fence_of_one_site",
                ),
                models.CheckConstraint(condition=Q(radius_m__gt=0), name="people_fence_radius"),
                models.CheckConstraint(condition=Q(latitude__range=(-90, 90)), name="people_fence_latitude"),
                models.CheckConstraint(condition=Q(longitude__range=(-180, 180)), name="people_fence_longitude"),
            ],
        ),
        create_table(
            "Visit",
            {
                "id": row_id(),
                "arrived_at": models.DateTimeField(),
                "left_at": models.DateTimeField(),
                "points": models.PositiveIntegerField(),
                "company": company_key(),
                "fence": tenant_foreign_key("people.Fence"),
                "person": tenant_foreign_key("people.Person"),
            },
            indexes=[
                models.Index(fields=["company", "-arrived_at", "-id"], name="people_visit_listed"),
                models.Index(fields=["company", "fence", "-arrived_at", "-id"], name="people_visit_of_site"),
            ],
            constraints=[
                models.UniqueConstraint(fields=["company", "person", "fence", "arrived_at"], name="people_visit_once"),
                models.CheckConstraint(condition=Q(left_at__gte=F("arrived_at")), name="people_visit_times"),
            ],
        ),
        create_table(
            "WellbeingReport",
            {
                "id": row_id(),
                "since": models.DateField(),
                "until": models.DateField(),
                "users": models.PositiveIntegerField(),
                "consented": models.PositiveIntegerField(null=True),
                "active": models.PositiveIntegerField(null=True),
                "engagement": models.FloatField(null=True),
                "entries": models.PositiveIntegerField(null=True),
                "kinds": models.JSONField(null=True),
                "mood": models.FloatField(null=True),
                "stress": models.FloatField(null=True),
                "energy": models.FloatField(null=True),
                "withheld": models.BooleanField(),
                "made_at": models.DateTimeField(db_default=Now()),
                "company": company_key(),
                "geography": tenant_foreign_key("farm.Geography", null=True),
            },
            constraints=[
                models.UniqueConstraint(
                    fields=["company", "geography", "until"], nulls_distinct=False, name="people_wellbeingreport_once"
                ),
                models.CheckConstraint(condition=Q(until__gt=F("since")), name="people_wellbeingreport_days"),
                models.CheckConstraint(
                    condition=Q(withheld=False)
                    | Q(
                        active=None,
                        consented=None,
                        energy=None,
                        engagement=None,
                        entries=None,
                        kinds=None,
                        mood=None,
                        stress=None,
                    ),
                    name="people_wellbeingreport_withheld",
                ),
            ],
        ),
        *create_tracked_table(
            "people.JournalEntry",
            {
                "id": row_id(),
                "kind": models.CharField(
                    choices=[
                        ("note", "Note"),
                        ("mood", "Mood"),
                        ("work", "Work"),
                        ("safety", "Safety"),
                        ("health", "Health"),
                        ("idea", "Idea"),
                    ],
                    max_length=8,
                ),
                "at": models.DateTimeField(),
                "title": models.CharField(blank=True, db_default="", default="", max_length=200),
                "body": models.TextField(blank=True, db_default="", default=""),
                "privacy": models.CharField(
                    choices=[
                        ("private", "Private"),
                        ("aggregate", "Aggregate"),
                        ("manager", "Manager"),
                        ("team", "Team"),
                        ("shared", "Shared"),
                    ],
                    default="private",
                    max_length=9,
                ),
                "mood": models.PositiveSmallIntegerField(null=True),
                "stress": models.PositiveSmallIntegerField(null=True),
                "energy": models.PositiveSmallIntegerField(null=True),
                "tags": ArrayField(models.CharField(max_length=40), default=list),
                "draft": models.BooleanField(db_default=False, default=False),
                "deleted_at": models.DateTimeField(null=True),
                "client_id": models.UUIDField(),
                "version": models.PositiveIntegerField(db_default=1, default=1),
                "company": company_key(),
                "person": tenant_foreign_key("people.Person"),
            },
            exclude=["title", "body", "mood", "stress", "energy", "tags"],
            indexes=[
                models.Index(
                    fields=["company", "person", "-at", "-id"],
                    condition=Q(deleted_at=None),
                    name="people_journalentry_author",
                ),
                models.Index(
                    fields=["company", "person", "kind", "-at", "-id"],
                    condition=Q(deleted_at=None),
                    name="people_journalentry_kind",
                ),
                models.Index(
                    fields=["company", "person", "-deleted_at", "-id"],
                    condition=Q(deleted_at__isnull=False),
                    name="people_journalentry_gone",
                ),
                models.Index(
                    fields=["company", "-at", "-id"],
                    condition=Q(deleted_at=None, draft=False, privacy__in=["manager", "team", "shared"]),
                    name="people_journalentry_told",
                ),
            ],
            constraints=[
                models.UniqueConstraint(fields=["company", "person", "client_id"], name="people_journalentry_once"),
                models.CheckConstraint(
                    condition=Q(kind__in=["note", "mood", "work", "safety", "health", "idea"]),
                    name="people_journalentry_kind_known",
                ),
                models.CheckConstraint(
                    condition=Q(privacy__in=["private", "aggregate", "manager", "team", "shared"]),
                    name="people_journalentry_privacy",
                ),
                models.CheckConstraint(
                    condition=Q(mood=None) | Q(mood__range=(1, 10)), name="people_journalentry_mood"
                ),
                models.CheckConstraint(
                    condition=Q(stress=None) | Q(stress__range=(1, 5)), name="people_journalentry_stress"
                ),
                models.CheckConstraint(
                    condition=Q(energy=None) | Q(energy__range=(1, 10)), name="people_journalentry_energy"
                ),
                models.CheckConstraint(condition=Q(version__gte=1), name="people_journalentry_version"),
            ],
        ),
        create_table(
            "KeptVersion",
            {
                "id": row_id(),
                "of": models.CharField(
                    choices=[("point", "Point"), ("journey", "Journey"), ("entry", "Entry")], max_length=7
                ),
                "client_id": models.CharField(max_length=64),
                "version": models.PositiveIntegerField(),
                "digest": models.CharField(max_length=64),
                "content": models.JSONField(),
                "why": models.CharField(choices=[("conflict", "Conflict"), ("older", "Older")], max_length=8),
                "at": models.DateTimeField(db_default=Now()),
                "settled_at": models.DateTimeField(null=True),
                "company": company_key(),
                "person": tenant_foreign_key("people.Person"),
            },
            indexes=[
                models.Index(
                    fields=["company", "person", "-at", "-id"],
                    condition=Q(settled_at=None, why="conflict"),
                    name="people_keptversion_open",
                )
            ],
            constraints=[
                models.UniqueConstraint(
                    fields=["company", "person", "of", "client_id", "version", "digest"], name="people_keptversion_once"
                ),
                models.CheckConstraint(condition=Q(why__in=["conflict", "older"]), name="people_keptversion_why"),
                models.CheckConstraint(condition=Q(of__in=["point", "journey", "entry"]), name="people_keptversion_of"),
            ],
        ),
        *create_tracked_table(
            "people.Consent",
            {
                "id": row_id(),
                "purpose": models.CharField(
                    choices=[("wellbeing", "Wellbeing"), ("tracking", "Tracking")], max_length=9
                ),
                "given_at": models.DateTimeField(),
                "withdrawn_at": models.DateTimeField(null=True),
                "company": company_key(),
                "person": tenant_foreign_key("people.Person"),
            },
            indexes=[models.Index(fields=["company", "person", "-given_at", "-id"], name="people_consent_of_person")],
            constraints=[
                models.UniqueConstraint(
                    fields=["company", "person", "purpose"],
                    condition=Q(withdrawn_at=None),
                    name="people_consent_one_open",
                ),
                models.CheckConstraint(
                    condition=Q(purpose__in=["wellbeing", "tracking"]), name="people_consent_purpose"
                ),
                models.CheckConstraint(
                    condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")), name="people_consent_times"
                ),
            ],
        ),
    ]
