"""Feeds, deliveries and meals."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminSelectWidget

from grilse.admin.forms import ActionForm, Reference
from grilse.admin.rows import Events, Standing
from grilse.admin.site import office
from grilse.admin.verbs import May
from grilse.farm.models import FeedStore
from grilse.feeding.actions import deliveries, meals
from grilse.feeding.masses import grams_of
from grilse.feeding.models import Feed, FeedLot, Meal

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

    store = Reference(FeedStore.objects.all(), required=False, widget=UnfoldAdminSelectWidget)


class Weighed(Events):
    """Events with a mass."""

    def asked(self) -> list[str]:
        """Ask for kilograms."""
        return ["kg" if name == "grams" else name for name in super().asked()]

    def given(self, form: ActionForm) -> dict[str, Any]:
        """Return what was given, in grams."""
        return {**super().given(form), "grams": grams_of(form.cleaned_data["kg"])}

    def kg(self, row: FeedLot | Meal) -> str:
        """Show a mass."""
        return f"{row.grams / GRAMS:,.1f}"


class FeedAdmin(Standing):
    """Products."""

    may = May(see=READ, add=("farm.change",), change=("farm.change",), remove=("farm.change",))
    list_display = ("name", "pellet_mm", "energy_mj_kg", "price_per_kg")
    search_fields = ("name",)


class FeedLotAdmin(Weighed):
    """Deliveries."""

    may = May(see=READ, add=DELIVER, change=CORRECT, remove=CORRECT)
    form = KgForm
    room, entry = deliveries, deliveries.NewDelivery
    list_display = ("number", "feed", "store", "delivered", "kg", "price_per_kg", "supplier")
    list_select_related = autocomplete_fields = ("feed", "store")
    search_fields = ("number",)

    get_search_results = Standing.get_search_results


class MealAdmin(Weighed):
    """Meals."""

    may = May(see=READ, add=FEED, change=CORRECT, remove=CORRECT)
    form = MealForm
    room, entry = meals, meals.NewMeal
    list_display = ("at", "placement", "feed", "kg", "cost")
    list_select_related = autocomplete_fields = ("placement", "feed")
    search_fields = ("placement",)


office.register(Feed, FeedAdmin)
office.register(FeedLot, FeedLotAdmin)
office.register(Meal, MealAdmin)
