"""Growth and mortality models, and projections: made by runs, so they are only looked at."""

from django.db.models import Field, QuerySet
from django.http import HttpRequest

from grilse.admin.base import BaseAdmin
from grilse.admin.permissions import ModelPermissions
from grilse.admin.site import admin_site
from grilse.growth.models import GrowthModel, MortalityModel
from grilse.planning.models import Projection


class GrowthModelAdmin(BaseAdmin):
    """Growth by stage, and what was learned of it."""

    permissions = ModelPermissions(view=("growth.read",))
    list_display = ("name", "source", "learned_before")
    search_fields = ("name",)


class MortalityModelAdmin(BaseAdmin):
    """Deaths by stage."""

    permissions = ModelPermissions(view=("growth.read",))
    list_display = ("name", "source")
    search_fields = ("name",)


class ProjectionAdmin(BaseAdmin):
    """Looks ahead, without their daily values, for which there is the page of the batch."""

    permissions = ModelPermissions(view=("planning.read",))
    fields = (
        *("batch", "made_at", "as_of", "days", "members", "seed", "growth_model"),
        *("target_g", "target_p10", "target_p50", "target_p90", "target_chance"),
    )
    list_display = ("batch", "made_at", "as_of", "days", "target_g", "target_p50", "target_chance")
    list_select_related = ("batch",)
    search_fields = ("batch__number",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Projection]:
        """Read what is shown only."""
        return super().get_queryset(request).defer(*_list_daily_columns())


def _list_daily_columns() -> list[str]:
    """Return the columns of one value a day, and of the placements."""
    view_fields = {"id", "company", *ProjectionAdmin.fields}
    every: list[Field] = list(Projection._meta.concrete_fields)
    return [field.name for field in every if field.name not in view_fields]


admin_site.register(GrowthModel, GrowthModelAdmin)
admin_site.register(MortalityModel, MortalityModelAdmin)
admin_site.register(Projection, ProjectionAdmin)
