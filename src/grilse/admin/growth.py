"""Growth and mortality models, and projections: made by runs, so they are only looked at."""

from django.db.models import Field, QuerySet
from django.http import HttpRequest

from grilse.admin.office import Rows
from grilse.admin.site import office
from grilse.admin.verbs import May
from grilse.growth.models import GrowthModel, MortalityModel
from grilse.planning.models import Projection


class GrowthModelAdmin(Rows):
    """Growth by stage, and what was learned of it."""

    may = May(see=("growth.read",))
    list_display = ("name", "source", "learned_before")
    search_fields = ("name",)


class MortalityModelAdmin(Rows):
    """Deaths by stage."""

    may = May(see=("growth.read",))
    list_display = ("name", "source")
    search_fields = ("name",)


class ProjectionAdmin(Rows):
    """Looks ahead, without their daily values, for which there is the page of the batch."""

    may = May(see=("planning.read",))
    fields = (
        *("batch", "made_at", "as_of", "days", "members", "seed", "growth_model"),
        *("target_g", "target_p10", "target_p50", "target_p90", "target_chance"),
    )
    list_display = ("batch", "made_at", "as_of", "days", "target_g", "target_p50", "target_chance")
    list_select_related = ("batch",)
    search_fields = ("batch__number",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Projection]:
        """Read what is shown only."""
        return super().get_queryset(request).defer(*_daily())


def _daily() -> list[str]:
    """Return the columns of one value a day, and of the placements."""
    shown = {"id", "company", *ProjectionAdmin.fields}
    every: list[Field] = list(Projection._meta.concrete_fields)
    return [field.name for field in every if field.name not in shown]


office.register(GrowthModel, GrowthModelAdmin)
office.register(MortalityModel, MortalityModelAdmin)
office.register(Projection, ProjectionAdmin)
