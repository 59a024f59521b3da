"""Published series: lice of sites by week, stocks of production areas by month, and their files."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from grilse.access.audit import track_changes
from grilse.access.tenancy import TenantModel, tenant_foreign_key

FIRST_YEAR, LAST_YEAR = 2000, 2100
MAX_LOCALITY = 999_999
PRODUCTION_AREAS = 13
"""The production areas of the regulation, 1 to 13, of which a site is in one."""
MAX_AREA_CODE = 99
"""Published figures also have codes above the production areas, for fish outside of them."""


def build_figure_column() -> models.Field:
    """Return a column for a published figure; null where there is none.

    Counts are floats too, and may be negative: a report may correct an earlier one.
    """
    return models.FloatField(null=True)


def build_append_only_trigger() -> pgtrigger.Protect:
    """Return the trigger that refuses updates and deletes."""
    return pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


def build_answer_column() -> models.CharField:
    """Return a column of yes, no, or blank."""
    return models.CharField(max_length=3, blank=True, db_default="", choices=[("yes", "yes"), ("no", "no")])


class File(TenantModel):
    """An imported file, and the number of rows it changed."""

    class Kind(models.TextChoices):
        """The series of the file."""

        LICE = "lice"
        BIOMASS = "biomass"

    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    new = models.PositiveIntegerField()
    revised = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["company", "sha256"], name="official_file_sha256"),
            models.Index(fields=["author"], condition=Q(author__isnull=False), name="official_file_author"),
        ]
        constraints = [models.CheckConstraint(condition=Q(kind__in=["lice", "biomass"]), name="official_file_kind")]
        triggers = [build_append_only_trigger()]

    def __str__(self) -> str:
        return self.name


@track_changes()
class Site(TenantModel):
    """The locality of a company's area."""

    area = tenant_foreign_key("farm.Area")
    locality = models.PositiveIntegerField()
    production_area = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "area"], name="official_site_area"),
            models.UniqueConstraint(fields=["company", "locality"], name="official_site_locality"),
        ]

    def __str__(self) -> str:
        return str(self.locality)


class Lice(TenantModel):
    """Lice per fish of a site in a week, as its farmer reported them."""

    file = tenant_foreign_key("official.File")
    """The file of the current figures."""
    locality = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField()
    """The ISO year of the week."""
    week = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120, blank=True, db_default="")
    production_area = models.PositiveSmallIntegerField(null=True)
    adult_female = build_figure_column()
    mobile = build_figure_column()
    attached = build_figure_column()
    without_fish = build_answer_column()
    """Whether the site is probably without fish."""
    counted = build_answer_column()
    lice_limit = build_figure_column()
    over_limit = build_answer_column()
    sea_temperature_c = build_figure_column()

    class Meta:
        indexes = [
            models.Index(fields=["company", "production_area", "year", "week"], name="official_lice_beside"),
            models.Index(fields=["file"], name="official_lice_file"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "locality", "year", "week"], name="official_lice_once"),
            models.CheckConstraint(
                condition=Q(week__range=(1, 53), year__range=(FIRST_YEAR, LAST_YEAR)), name="official_lice_week"
            ),
        ]


class Biomass(TenantModel):
    """Stock of a production area at the end of a month, and its changes in the month."""

    file = tenant_foreign_key("official.File")
    """The file of the current figures."""
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    production_area = models.PositiveSmallIntegerField(null=True)
    """Null for fish that were reported without one."""
    species = models.CharField(max_length=40)
    """The code of the register."""
    release_year = models.PositiveSmallIntegerField(null=True)
    """The year in which the fish were put to sea."""
    fish = build_figure_column()
    biomass_kg = build_figure_column()
    smolts_released = build_figure_column()
    smolts_released_below_500g = build_figure_column()
    """Those of them that weighed less than 500 g."""
    feed_kg = build_figure_column()
    harvested = build_figure_column()
    harvested_kg = build_figure_column()
    harvested_gutted_kg = build_figure_column()
    harvested_headed_kg = build_figure_column()
    harvested_round_kg = build_figure_column()
    """As round weight."""
    deaths = build_figure_column()
    discarded = build_figure_column()
    escaped = build_figure_column()
    other_losses = build_figure_column()
    other_losses_new = build_figure_column()
    """In files since 2024."""
    count_error = build_figure_column()

    class Meta:
        indexes = [
            models.Index(fields=["company", "year", "month"], name="official_biomass_month_of"),
            models.Index(fields=["file"], name="official_biomass_file"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "production_area", "year", "month", "species", "release_year"],
                name="official_biomass_once",
                # Fish without a production area or a release year have one row, too.
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(month__range=(1, 12), year__range=(FIRST_YEAR, LAST_YEAR)), name="official_biomass_month"
            ),
        ]


class Revision(TenantModel):
    """The figures of a row before a later file revised them; a trigger writes it."""

    kind = models.CharField(max_length=8, choices=File.Kind)
    row = models.BigIntegerField()
    """The id of the revised row."""
    was = models.JSONField()
    """Its earlier columns, with their file."""
    file = tenant_foreign_key("official.File")
    """The file that revised the row."""
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["company", "kind", "row"], name="official_revision_of"),
            models.Index(fields=["file"], name="official_revision_file"),
            models.Index(fields=["author"], condition=Q(author__isnull=False), name="official_revision_author"),
        ]
        triggers = [build_append_only_trigger()]
