"""Files of official figures, sites, and the figures."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Now

from grilse.access.migration_tables import create_table, create_tracked_table, protect_rows, row_id
from grilse.access.tenancy import company_key, tenant_foreign_key


class Migration(migrations.Migration):
    initial = True

    dependencies = [("farm", "0001_tables"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        create_table(
            "File",
            {
                "id": row_id(),
                "kind": models.CharField(choices=[("lice", "Lice"), ("biomass", "Biomass")], max_length=8),
                "name": models.CharField(max_length=200),
                "sha256": models.CharField(max_length=64),
                "rows": models.PositiveIntegerField(),
                "new": models.PositiveIntegerField(),
                "revised": models.PositiveIntegerField(),
                "unchanged": models.PositiveIntegerField(),
                "at": models.DateTimeField(db_default=Now()),
                "author": models.ForeignKey(
                    settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, null=True, related_name="+"
                ),
                "company": company_key(),
            },
            indexes=[
                models.Index(fields=["company", "sha256"], name="official_file_sha256"),
                models.Index(fields=["author"], condition=Q(author__isnull=False), name="official_file_author"),
            ],
            constraints=[models.CheckConstraint(condition=Q(kind__in=["lice", "biomass"]), name="official_file_kind")],
        ),
        protect_rows("official.File"),
        *create_tracked_table(
            "official.Site",
            {
                "id": row_id(),
                "locality": models.PositiveIntegerField(),
                "production_area": models.PositiveSmallIntegerField(),
                "area": tenant_foreign_key("farm.Area"),
                "company": company_key(),
            },
            constraints=[
                models.UniqueConstraint(fields=["company", "area"], name="official_site_area"),
                models.UniqueConstraint(fields=["company", "locality"], name="official_site_locality"),
            ],
        ),
        create_table(
            "Lice",
            {
                "id": row_id(),
                "locality": models.PositiveIntegerField(),
                "year": models.PositiveSmallIntegerField(),
                "week": models.PositiveSmallIntegerField(),
                "name": models.CharField(blank=True, db_default="", max_length=120),
                "production_area": models.PositiveSmallIntegerField(null=True),
                "adult_female": models.FloatField(null=True),
                "mobile": models.FloatField(null=True),
                "attached": models.FloatField(null=True),
                "without_fish": models.CharField(
                    blank=True, choices=[("yes", "yes"), ("no", "no")], db_default="", max_length=3
                ),
                "counted": models.CharField(
                    blank=True, choices=[("yes", "yes"), ("no", "no")], db_default="", max_length=3
                ),
                "lice_limit": models.FloatField(null=True),
                "over_limit": models.CharField(
                    blank=True, choices=[("yes", "yes"), ("no", "no")], db_default="", max_length=3
                ),
                "sea_temperature_c": models.FloatField(null=True),
                "company": company_key(),
                "file": tenant_foreign_key("official.File"),
            },
            indexes=[
                models.Index(fields=["company", "production_area", "year", "week"], name="official_lice_beside"),
                models.Index(fields=["file"], name="official_lice_file"),
            ],
            constraints=[
                models.UniqueConstraint(fields=["company", "locality", "year", "week"], name="official_lice_once"),
                models.CheckConstraint(
                    condition=Q(week__range=(1, 53), year__range=(2000, 2100)), name="official_lice_week"
                ),
            ],
        ),
        create_table(
            "Biomass",
            {
                "id": row_id(),
                "year": models.PositiveSmallIntegerField(),
                "month": models.PositiveSmallIntegerField(),
                "production_area": models.PositiveSmallIntegerField(null=True),
                "species": models.CharField(max_length=40),
                "release_year": models.PositiveSmallIntegerField(null=True),
                "fish": models.FloatField(null=True),
                "biomass_kg": models.FloatField(null=True),
                "smolts_released": models.FloatField(null=True),
                "smolts_released_below_500g": models.FloatField(null=True),
                "feed_kg": models.FloatField(null=True),
                "harvested": models.FloatField(null=True),
                "harvested_kg": models.FloatField(null=True),
                "harvested_gutted_kg": models.FloatField(null=True),
                "harvested_headed_kg": models.FloatField(null=True),
                "harvested_round_kg": models.FloatField(null=True),
                "deaths": models.FloatField(null=True),
                "discarded": models.FloatField(null=True),
                "escaped": models.FloatField(null=True),
                "other_losses": models.FloatField(null=True),
                "other_losses_new": models.FloatField(null=True),
                "count_error": models.FloatField(null=True),
                "company": company_key(),
                "file": tenant_foreign_key("official.File"),
            },
            indexes=[
                models.Index(fields=["company", "year", "month"], name="official_biomass_month_of"),
                models.Index(fields=["file"], name="official_biomass_file"),
            ],
            constraints=[
                models.UniqueConstraint(
                    fields=["company", "production_area", "year", "month", "species", "release_year"],
                    nulls_distinct=False,
                    name="official_biomass_once",
                ),
                models.CheckConstraint(
                    condition=Q(month__range=(1, 12), year__range=(2000, 2100)), name="official_biomass_month"
                ),
            ],
        ),
        create_table(
            "Revision",
            {
                "id": row_id(),
                "kind": models.CharField(choices=[("lice", "Lice"), ("biomass", "Biomass")], max_length=8),
                "row": models.BigIntegerField(),
                "was": models.JSONField(),
                "at": models.DateTimeField(db_default=Now()),
                "author": models.ForeignKey(
                    settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, null=True, related_name="+"
                ),
                "company": company_key(),
                "file": tenant_foreign_key("official.File"),
            },
            indexes=[
                models.Index(fields=["company", "kind", "row"], name="official_revision_of"),
                models.Index(fields=["file"], name="official_revision_file"),
                models.Index(fields=["author"], condition=Q(author__isnull=False), name="official_revision_author"),
            ],
        ),
        protect_rows("official.Revision"),
    ]
