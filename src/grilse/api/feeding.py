"""What people enter about feed: deliveries and meals, and their corrections."""

from typing import Any

from django.http import HttpRequest
from ninja import Schema, Status

from grilse.api.entries import Id, Made, Text, correction, entry, taken, why
from grilse.api.rooms import FEEDING as router
from grilse.feeding.actions import deliveries, meals

Delivery = entry(deliveries.NewDelivery)
DeliveryCorrection = correction(deliveries.NewDelivery)
Meal = entry(meals.NewMeal)
MealCorrection = correction(meals.NewMeal)


class Deliveries(Schema):
    """Deliveries of feed; several at once are entered all or none."""

    deliveries: list[Delivery]  # type: ignore[valid-type]


class Meals(Schema):
    """Meals; several at once are entered all or none."""

    meals: list[Meal]  # type: ignore[valid-type]


@router.post("/feed-lots", may="feeding.deliver", response={201: Made})
def record_deliveries(request: HttpRequest, new: Deliveries) -> Status[dict[str, Any]]:
    """Enter deliveries into stores; meals after them draw on them, the oldest first."""
    rows = [taken(deliveries.NewDelivery, one) for one in new.deliveries]
    return Status(201, {"ids": deliveries.record(rows)})


@router.put("/feed-lots/{key}", may="feeding.correct", response=Made)
def correct_delivery(request: HttpRequest, key: Id, new: DeliveryCorrection) -> dict[str, Any]:  # type: ignore[valid-type]
    """Write a delivery as it should have been; what meals drew and cost follows."""
    deliveries.correct(key, taken(deliveries.NewDelivery, new), reason=why(new))
    return {"ids": [key]}


@router.delete("/feed-lots/{key}", may="feeding.correct", response=Made)
def withdraw_delivery(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Take a delivery away that never came."""
    deliveries.withdraw(key, reason=reason)
    return {"ids": [key]}


@router.post("/meals", may="feeding.feed", response={201: Made})
def record_meals(request: HttpRequest, new: Meals) -> Status[dict[str, Any]]:
    """Enter meals, each drawn from the oldest deliveries of its store."""
    return Status(201, {"ids": meals.record([taken(meals.NewMeal, one) for one in new.meals])})


@router.put("/meals/{key}", may="feeding.correct", response=Made)
def correct_meal(request: HttpRequest, key: Id, new: MealCorrection) -> dict[str, Any]:  # type: ignore[valid-type]
    """Write a meal as it should have been."""
    meals.correct(key, taken(meals.NewMeal, new), reason=why(new))
    return {"ids": [key]}


@router.delete("/meals/{key}", may="feeding.correct", response=Made)
def withdraw_meal(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Take a meal away that was never given."""
    meals.withdraw(key, reason=reason)
    return {"ids": [key]}
