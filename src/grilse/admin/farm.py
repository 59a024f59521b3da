"""Places, stores, sensors, and who may do what."""

from django.db.models import Model

from grilse.access import api_keys, memberships
from grilse.access.models import ApiKey, Membership
from grilse.access.tenancy import set_change_reason
from grilse.admin.base import BaseAdmin
from grilse.admin.editing import ActionAdmin, MasterDataAdmin
from grilse.admin.forms import ActionForm
from grilse.admin.permissions import ModelPermissions
from grilse.admin.site import admin_site
from grilse.farm.models import Area, Container, FeedStore, Geography, Hall, Sensor, Station

PLACES = ModelPermissions(view=("farm.read",), add=("farm.change",), change=("farm.change",), delete=("farm.change",))


class GeographyAdmin(MasterDataAdmin):
    """Regions."""

    permissions = PLACES
    plural_name = "geographies"
    list_display = ("name", "code")
    search_fields = ("name",)


class AreaAdmin(MasterDataAdmin):
    """Sea sites."""

    permissions = PLACES
    list_display = ("name", "geography", "max_biomass_kg", "fallow_days")
    list_select_related = ("geography",)
    autocomplete_fields = ("geography",)
    search_fields = ("name",)


class StationAdmin(MasterDataAdmin):
    """Freshwater sites."""

    permissions = PLACES
    list_display = ("name", "geography")
    list_select_related = ("geography",)
    autocomplete_fields = ("geography",)
    search_fields = ("name",)


class HallAdmin(MasterDataAdmin):
    """Buildings of stations."""

    permissions = PLACES
    list_display = ("name", "station", "stage_order")
    list_select_related = ("station",)
    autocomplete_fields = ("station",)
    search_fields = ("name",)


class ContainerAdmin(MasterDataAdmin):
    """Trays, tanks and pens."""

    permissions = PLACES
    list_display = ("name", "kind", "hall", "area", "volume_m3", "max_density_kg_m3")
    list_filter = ("kind",)
    list_select_related = ("hall", "area")
    autocomplete_fields = ("hall", "area")
    search_fields = ("name",)


class FeedStoreAdmin(MasterDataAdmin):
    """Silos and barges."""

    permissions = PLACES
    list_display = ("name", "hall", "area", "capacity_kg")
    list_select_related = ("hall", "area")
    autocomplete_fields = ("hall", "area")
    search_fields = ("name",)


class SensorAdmin(MasterDataAdmin):
    """Instruments."""

    permissions = PLACES
    list_display = ("container", "parameter", "installed", "removed")
    list_filter = ("parameter",)
    list_select_related = ("container",)
    autocomplete_fields = ("container",)
    search_fields = ("container__name",)


class MembershipAdmin(ActionAdmin):
    """Roles, given and taken."""

    permissions = ModelPermissions(view=("access.read",), add=("access.change",), delete=("access.change",))
    fields = ("user", "role", "geography")
    list_display = ("user", "role", "geography")
    list_filter = ("role",)
    list_select_related = ("user", "geography")

    def add_row(self, form: ActionForm) -> Model:
        """Give a role to somebody of the company."""
        membership_id = memberships.grant_role(*(form.cleaned_data[name] for name in self.fields))
        return Membership.objects.get(pk=membership_id)

    def remove_row(self, row: Model, why: str) -> None:
        """Take a role."""
        set_change_reason(why)
        memberships.revoke_role(row.pk)


class ApiKeyAdmin(BaseAdmin):
    """Keys of programs, without what would open anything; `grilse key add` issues one and shows it once."""

    permissions = ModelPermissions(view=("access.read",), delete=("access.change",))
    plural_name = "API keys"
    fields = ("name", "user", "prefix", "scopes", "made_at", "expires_at", "revoked_at")
    list_display = ("name", "user", "prefix", "expires_at", "revoked_at")
    list_select_related = ("user",)
    search_fields = ("name", "prefix")

    def remove_row(self, row: Model, why: str) -> None:
        """Let a key open nothing any more; it stays in the list."""
        set_change_reason(why)
        api_keys.revoke_key(row.pk)


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
    admin_site.register(model, rows)
