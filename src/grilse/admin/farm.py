"""Places, stores and sensors; roles and API keys."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from grilse.access import api_keys, memberships
from grilse.access.models import ApiKey, Membership
from grilse.access.tenancy import set_change_reason
from grilse.admin.base import BaseAdmin
from grilse.admin.editing import ActionAdmin, MasterDataAdmin
from grilse.admin.forms import ActionForm, label_words
from grilse.admin.site import ModelPermissions, admin_site
from grilse.farm.models import SITE_PATHS, Area, Container, FeedStore, Geography, Hall, Sensor, Station
from grilse.science.time_zones import list_time_zones

CHANGE = ("farm.change",)
SENSOR_PARAMETERS = ("temperature", "oxygen", "salinity", "ph", "co2", "ammonium", "nitrite", "nitrate")


class PlaceAdmin(MasterDataAdmin):
    """Places; they have names."""

    permissions = ModelPermissions(view=("farm.read",), add=CHANGE, change=CHANGE, delete=CHANGE)
    search_fields: tuple[str, ...] = ("name",)


@admin.register(Geography, site=admin_site)
class GeographyAdmin(PlaceAdmin):
    """Regions."""

    plural_name = "geographies"
    words = {"time_zone": lambda: ((zone, zone) for zone in sorted(list_time_zones()))}
    list_display = ("name", "code", "time_zone")


@admin.register(Area, site=admin_site)
class AreaAdmin(PlaceAdmin):
    """Sea sites."""

    list_display = ("name", "geography", "max_biomass_kg", "fallow_days")


@admin.register(Station, site=admin_site)
class StationAdmin(PlaceAdmin):
    """Freshwater sites."""

    list_display = ("name", "geography")


@admin.register(Hall, site=admin_site)
class HallAdmin(PlaceAdmin):
    """Buildings of stations."""

    list_display = ("name", "station", "stage_order")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the halls with their stations."""
        return super().get_queryset(request).select_related("station")


class AtSiteAdmin(PlaceAdmin):
    """What is in a hall or an area, shown with the name of its site, and found by it."""

    search_fields = ("name", "area__name", "hall__name", "hall__station__name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows with their sites."""
        return super().get_queryset(request).select_related(*SITE_PATHS)


@admin.register(Container, site=admin_site)
class ContainerAdmin(AtSiteAdmin):
    """Trays, tanks and pens."""

    list_display = ("name", "kind", "hall", "area", "volume_m3", "max_density_kg_m3")
    list_filter = ("kind",)


@admin.register(FeedStore, site=admin_site)
class FeedStoreAdmin(AtSiteAdmin):
    """Silos and barges."""

    list_display = ("name", "hall", "area", "capacity_kg")


@admin.register(Sensor, site=admin_site)
class SensorAdmin(PlaceAdmin):
    """Instruments."""

    words = {"parameter": label_words(*SENSOR_PARAMETERS)}
    list_display = ("container", "parameter", "installed", "removed")
    list_filter = ("parameter",)
    search_fields = ("container__name",)


@admin.register(Membership, site=admin_site)
class MembershipAdmin(ActionAdmin):
    """Roles of users."""

    permissions = ModelPermissions(view=("access.read",), add=("access.change",), delete=("access.change",))
    fields = ("user", "role", "geography")
    list_display = ("user", "role", "geography")
    list_filter = ("role",)

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """Choose a geography from a list: there are few."""
        return []

    def add_row(self, form: ActionForm) -> Model:
        """Grant a role to a user of the company."""
        membership_id = memberships.grant_role(*(form.cleaned_data[name] for name in self.fields))
        return Membership.objects.get(pk=membership_id)

    def remove_row(self, row: Model, why: str) -> None:
        """Revoke a role."""
        set_change_reason(why)
        memberships.revoke_role(row.pk)


@admin.register(ApiKey, site=admin_site)
class ApiKeyAdmin(BaseAdmin):
    """API keys, without their secrets; `grilse key add` issues a key and shows its secret once."""

    permissions = ModelPermissions(view=("access.read",), delete=("access.change",))
    plural_name = "API keys"
    fields = ("name", "user", "prefix", "scopes", "made_at", "expires_at", "revoked_at")
    list_display = ("name", "user", "prefix", "expires_at", "revoked_at")
    search_fields = ("name", "prefix")

    def remove_row(self, row: Model, why: str) -> None:
        """Revoke a key; it stays in the list."""
        set_change_reason(why)
        api_keys.revoke_key(row.pk)
