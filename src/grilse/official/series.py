"""The two published series: the key of their rows, and the columns that a later file may revise."""

from dataclasses import dataclass

from grilse.access.tenancy import TenantModel
from grilse.official.models import Biomass, File, Lice


@dataclass(frozen=True, kw_only=True, slots=True)
class OfficialSeries:
    """A published series and its model."""

    kind: File.Kind
    model: type[TenantModel]
    key: tuple[str, ...]

    @property
    def table_name(self) -> str:
        """Return the database table."""
        return self.model._meta.db_table

    @property
    def figure_columns(self) -> tuple[str, ...]:
        """Return the columns that a later file may revise."""
        fixed_columns = {"id", "company_id", "file_id", *self.key}
        columns = (str(field.column) for field in self.model._meta.concrete_fields)
        return tuple(column for column in columns if column not in fixed_columns)


LICE = OfficialSeries(kind=File.Kind.LICE, model=Lice, key=("locality", "year", "week"))
BIOMASS = OfficialSeries(
    kind=File.Kind.BIOMASS, model=Biomass, key=("production_area", "year", "month", "species", "release_year")
)
