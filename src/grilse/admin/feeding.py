"""Feeds, deliveries and meals."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminSelectWidget

from grilse.admin.editing import EventAdmin, MasterDataAdmin
from grilse.admin.forms import ActionForm, ReferenceField
from grilse.admin.permissions import ModelPermissions
from grilse.admin.site import admin_site
from grilse.farm.models import FeedStore
from grilse.feeding.actions import deliveries, meals
from grilse.feeding.models import Feed, FeedLot, Meal
from grilse.feeding.rules import convert_to_grams

READ, CORRECT, DELIVER, FEED = ((f"feeding.{verb}",) for verb in ("read", "correct", "deliver", "feed"))
GRAMS = 1000  # a kilogram


class KgForm(ActionForm):
    """Masses are kept in grams and spoken of in kilograms."""

    kg = forms.FloatField(label="Kilograms", widget=UnfoldAdminDecimalFieldWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["kg"] = self.instance.grams / GRAMS


class MealForm(KgForm):
    """A meal may name the store that fed it, which its row does not keep: its draws do."""

    store = ReferenceField(FeedStore.objects.all(), required=False, widget=UnfoldAdminSelectWidget)


class MassEventAdmin(EventAdmin):
    """Events with a mass."""

    def get_entry_fields(self) -> list[str]:
        """Ask for kilograms."""
        return ["kg" if name == "grams" else name for name in super().get_entry_fields()]

    def get_values(self, form: ActionForm) -> dict[str, Any]:
        """Return what was given, in grams."""
        return {**super().get_values(form), "grams": convert_to_grams(form.cleaned_data["kg"])}

    def kg(self, row: FeedLot | Meal) -> str:
        """Show a mass."""
        return f"{row.grams / GRAMS:,.1f}"


class FeedAdmin(MasterDataAdmin):
    """Products."""

    permissions = ModelPermissions(view=READ, add=("farm.change",), change=("farm.change",), delete=("farm.change",))
    list_display = ("name", "pellet_mm", "energy_mj_kg", "price_per_kg")
    search_fields = ("name",)


class FeedLotAdmin(MassEventAdmin):
    """Deliveries."""

    permissions = ModelPermissions(view=READ, add=DELIVER, change=CORRECT, delete=CORRECT)
    form = KgForm
    entry_class = deliveries.NewDelivery
    record_rows, correct_row, withdraw_row = (
        deliveries.record_deliveries,
        deliveries.correct_delivery,
        deliveries.withdraw_delivery,
    )
    list_display = ("number", "feed", "store", "delivered", "kg", "price_per_kg", "supplier")
    list_select_related = autocomplete_fields = ("feed", "store")
    search_fields = ("number",)

    get_search_results = MasterDataAdmin.get_search_results


class MealAdmin(MassEventAdmin):
    """Meals."""

    permissions = ModelPermissions(view=READ, add=FEED, change=CORRECT, delete=CORRECT)
    form = MealForm
    entry_class = meals.NewMeal
    record_rows, correct_row, withdraw_row = meals.record_meals, meals.correct_meal, meals.withdraw_meal
    list_display = ("at", "placement", "feed", "kg", "cost")
    list_select_related = autocomplete_fields = ("placement", "feed")
    search_fields = ("placement",)


admin_site.register(Feed, FeedAdmin)
admin_site.register(FeedLot, FeedLotAdmin)
admin_site.register(Meal, MealAdmin)
