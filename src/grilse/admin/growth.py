"""Growth and mortality models, and projections; only runs write them."""

from django.contrib import admin
from django.db.models import Field, QuerySet
from django.http import HttpRequest

from grilse.admin.base import BaseAdmin
from grilse.admin.site import ModelPermissions, admin_site
from grilse.growth.models import GrowthModel, MortalityModel
from grilse.planning.models import Projection


@admin.register(GrowthModel, site=admin_site)
class GrowthModelAdmin(BaseAdmin):
    """Growth models, given by stage or learned."""

    permissions = ModelPermissions(view=("growth.read",))
    list_display = ("name", "source", "learned_before")
    search_fields = ("name",)


@admin.register(MortalityModel, site=admin_site)
class MortalityModelAdmin(BaseAdmin):
    """Mortality models."""

    permissions = ModelPermissions(view=("growth.read",))
    list_display = ("name", "source")
    search_fields = ("name",)


@admin.register(Projection, site=admin_site)
class ProjectionAdmin(BaseAdmin):
    """Projections, without their daily values; the page of the batch shows those."""

    permissions = ModelPermissions(view=("planning.read",))
    fields = (
        *("batch", "made_at", "as_of", "days", "members", "seed", "growth_model"),
        *("target_g", "target_p10", "target_p50", "target_p90", "target_chance"),
    )
    list_display = ("batch", "made_at", "as_of", "days", "target_g", "target_p50", "target_chance")
    search_fields = ("batch__number",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Projection]:
        """Return rows without their daily values."""
        return super().get_queryset(request).defer(*_list_daily_columns())


def _list_daily_columns() -> list[str]:
    """Return the columns with a value a day or a placement."""
    view_fields = {"id", "company", *ProjectionAdmin.fields}
    every: list[Field] = list(Projection._meta.concrete_fields)
    return [field.name for field in every if field.name not in view_fields]
