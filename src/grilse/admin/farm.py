"""Places, stores, sensors, and who may do what."""

from django.db.models import Model

from grilse.admin.forms import ActionForm
from grilse.admin.office import Rows
from grilse.admin.rows import Acting, Standing
from grilse.admin.site import office
from grilse.admin.verbs import May
from grilse.farm import keys, members
from grilse.farm.models import (
    ApiKey,
    Area,
    Container,
    FeedStore,
    Geography,
    Hall,
    Membership,
    Sensor,
    Station,
)
from grilse.farm.tenancy import because

PLACES = May(see=("farm.read",), add=("farm.change",), change=("farm.change",), remove=("farm.change",))


class GeographyAdmin(Standing):
    """Regions."""

    may = PLACES
    plural = "geographies"
    list_display = ("name", "code")
    search_fields = ("name",)


class AreaAdmin(Standing):
    """Sea sites."""

    may = PLACES
    list_display = ("name", "geography", "max_biomass_kg", "fallow_days")
    list_select_related = ("geography",)
    autocomplete_fields = ("geography",)
    search_fields = ("name",)


class StationAdmin(Standing):
    """Freshwater sites."""

    may = PLACES
    list_display = ("name", "geography")
    list_select_related = ("geography",)
    autocomplete_fields = ("geography",)
    search_fields = ("name",)


class HallAdmin(Standing):
    """Buildings of stations."""

    may = PLACES
    list_display = ("name", "station", "stage_order")
    list_select_related = ("station",)
    autocomplete_fields = ("station",)
    search_fields = ("name",)


class ContainerAdmin(Standing):
    """Trays, tanks and pens."""

    may = PLACES
    list_display = ("name", "kind", "hall", "area", "volume_m3", "max_density_kg_m3")
    list_filter = ("kind",)
    list_select_related = ("hall", "area")
    autocomplete_fields = ("hall", "area")
    search_fields = ("name",)


class FeedStoreAdmin(Standing):
    """Silos and barges."""

    may = PLACES
    list_display = ("name", "hall", "area", "capacity_kg")
    list_select_related = ("hall", "area")
    autocomplete_fields = ("hall", "area")
    search_fields = ("name",)


class SensorAdmin(Standing):
    """Instruments."""

    may = PLACES
    list_display = ("container", "parameter", "installed", "removed")
    list_filter = ("parameter",)
    list_select_related = ("container",)
    autocomplete_fields = ("container",)
    search_fields = ("container__name",)


class MembershipAdmin(Acting):
    """Roles, given and taken."""

    may = May(see=("access.read",), add=("access.change",), remove=("access.change",))
    fields = ("user", "role", "geography")
    list_display = ("user", "role", "geography")
    list_filter = ("role",)
    list_select_related = ("user", "geography")

    def added(self, form: ActionForm) -> Model:
        """Give a role to somebody of the company."""
        made = members.grant(*(form.cleaned_data[name] for name in self.fields))
        return Membership.objects.get(pk=made)

    def take_away(self, row: Model, why: str) -> None:
        """Take a role."""
        because(why)
        members.revoke(row.pk)


class ApiKeyAdmin(Rows):
    """Keys of programs, without what would open anything; `grilse key add` issues one and shows it once."""

    may = May(see=("access.read",), remove=("access.change",))
    plural = "API keys"
    fields = ("name", "user", "prefix", "scopes", "made_at", "expires_at", "revoked_at")
    list_display = ("name", "user", "prefix", "expires_at", "revoked_at")
    list_select_related = ("user",)
    search_fields = ("name", "prefix")

    def take_away(self, row: Model, why: str) -> None:
        """Let a key open nothing any more; it stays in the list."""
        because(why)
        keys.revoke(row.pk)


for model, rows in {
    Geography: GeographyAdmin,
    Area: AreaAdmin,
    Station: StationAdmin,
    Hall: HallAdmin,
    Container: ContainerAdmin,
    FeedStore: FeedStoreAdmin,
    Sensor: SensorAdmin,
    Membership: MembershipAdmin,
    ApiKey: ApiKeyAdmin,
}.items():
    office.register(model, rows)
