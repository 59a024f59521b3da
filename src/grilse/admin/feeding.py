"""Feeds, deliveries, meals, and counts and losses of feed stores."""

from typing import Any

from django import forms
from django.contrib import admin
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from grilse.admin.editing import EventAdmin, MasterDataAdmin
from grilse.admin.forms import ActionForm, build_lookup_field
from grilse.admin.site import ModelPermissions, admin_site
from grilse.feeding.actions import adjustments, deliveries, meals
from grilse.feeding.models import Feed, FeedLot, Meal, StoreAdjustment
from grilse.feeding.rules import convert_to_grams
from grilse.web.templatetags.number_formats import format_grouped

READ, CORRECT, DELIVER, FEED, ADJUST = (
    (f"feeding.{verb}",) for verb in ("read", "correct", "deliver", "feed", "adjust")
)
GRAMS = 1000  # a kilogram
PRICES = {"price_per_kg": "Price, {} per kg", "cost": "Cost, {}"}
KG_TOTAL = {"kg": lambda row: row.grams / GRAMS}


class KgForm(ActionForm):
    """Asks for kilograms; rows hold grams."""

    kg = forms.FloatField(label="Kilograms", widget=UnfoldAdminDecimalFieldWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["kg"] = self.instance.grams / GRAMS


class MealForm(KgForm):
    """Asks also for the store, which is not a column of meals but of their draws."""

    store = build_lookup_field(FeedLot, "store", "Store")


class MassEventAdmin(EventAdmin):
    """Events with a mass."""

    def get_entry_fields(self) -> list[str]:
        """Return the fields, with kilograms instead of grams."""
        return ["kg" if name == "grams" else name for name in super().get_entry_fields()]

    def get_values(self, form: ActionForm) -> dict[str, Any]:
        """Return the values, with the mass in grams."""
        is_count = form.cleaned_data.get("kind") == StoreAdjustment.Kind.COUNT
        return {**super().get_values(form), "grams": convert_to_grams(form.cleaned_data["kg"], is_count=is_count)}

    def kg(self, row: FeedLot | Meal | StoreAdjustment) -> str:
        """Return the mass in kilograms."""
        return format_grouped(round(row.grams / GRAMS, 1))


@admin.register(Feed, site=admin_site)
class FeedAdmin(MasterDataAdmin):
    """Products."""

    permissions = ModelPermissions(view=READ, add=("farm.change",), change=("farm.change",), delete=("farm.change",))
    prices = PRICES
    list_display = ("name", "pellet_mm", "energy_mj_kg", "price_per_kg")
    search_fields = ("name",)


@admin.register(FeedLot, site=admin_site)
class FeedLotAdmin(MassEventAdmin):
    """Deliveries."""

    prices = PRICES
    totals = KG_TOTAL
    permissions = ModelPermissions(view=READ, add=DELIVER, change=CORRECT, delete=CORRECT)
    form = KgForm
    event_actions, entry_class = deliveries.DELIVERIES, deliveries.NewDelivery
    list_display = ("number", "feed", "store", "delivered", "kg", "price_per_kg", "supplier")
    search_fields = ("number",)

    get_search_results = MasterDataAdmin.get_search_results  # by number, not by placement


@admin.register(Meal, site=admin_site)
class MealAdmin(MassEventAdmin):
    """Meals."""

    prices = PRICES
    totals = KG_TOTAL
    plural_name = "feedings"
    permissions = ModelPermissions(view=READ, add=FEED, change=CORRECT, delete=CORRECT)
    form = MealForm
    event_actions, entry_class = meals.MEALS, meals.NewMeal
    list_display = ("at", "placement", "feed", "kg", "cost")


@admin.register(StoreAdjustment, site=admin_site)
class StoreAdjustmentAdmin(MassEventAdmin):
    """Counts of stores, and feed that was lost."""

    prices = PRICES
    permissions = ModelPermissions(view=READ, add=ADJUST, change=CORRECT, delete=CORRECT)
    form = KgForm
    event_actions, entry_class = adjustments.ADJUSTMENTS, adjustments.NewAdjustment
    list_display = ("at", "kind", "feed", "store", "kg", "difference_kg", "cost", "reason")
    search_fields = ("store__name",)

    get_search_results = MasterDataAdmin.get_search_results  # by store, not by placement

    def difference_kg(self, row: StoreAdjustment) -> str:
        """Return what the store has more or less after the adjustment, in kilograms."""
        return f"{row.difference / GRAMS:,.1f}"
