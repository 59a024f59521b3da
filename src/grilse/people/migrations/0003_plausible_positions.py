"""Positions that cannot be are marked, and their journeys wait until somebody has looked at them."""

from django.db import migrations, models
from django.db.models import Q

from grilse.access.migration_tables import add_tracked_fields

JOURNEY_COLUMNS = (
    "id", "company_id", "person_id", "reference", "version", "kind", "mode", "purpose", "begun_at", "started_at",
    "ended_at", "points", "distance_m",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("people", "0002_rules")]

    operations = [
        migrations.AddField(
            "TrackPoint",
            "fault",
            models.CharField(
                choices=[
                    ("no fix", "No Fix"),
                    ("swapped", "Swapped"),
                    ("sign lost", "Sign Lost"),
                    ("too fast", "Too Fast"),
                ],
                max_length=9,
                null=True,
            ),
        ),
        migrations.AddConstraint(
            "TrackPoint",
            models.CheckConstraint(
                condition=Q(fault=None) | Q(fault__in=["no fix", "swapped", "sign lost", "too fast"]),
                name="people_trackpoint_fault",
            ),
        ),
        *add_tracked_fields(
            "people.Journey",
            {
                "faulty_points": models.PositiveIntegerField(db_default=0, default=0),
                "review": models.CharField(
                    blank=True,
                    choices=[("open", "Open"), ("confirmed", "Confirmed"), ("rejected", "Rejected")],
                    db_default="",
                    default="",
                    max_length=9,
                ),
            },
            JOURNEY_COLUMNS,
        ),
        migrations.AddConstraint(
            "Journey",
            models.CheckConstraint(
                condition=Q(review="", faulty_points=0)
                | Q(review__in=["open", "confirmed", "rejected"], faulty_points__gt=0),
                name="people_journey_review",
            ),
        ),
    ]
