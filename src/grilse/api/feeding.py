"""What people enter about feed: deliveries and meals, and their corrections."""

from typing import Any

from django.http import HttpRequest
from ninja import Schema, Status

from grilse.api.input_schemas import (
    CreatedIds,
    Id,
    Text,
    build_correction_schema,
    build_input_schema,
    from_request,
    get_correction_reason,
)
from grilse.api.routers import FEEDING as router
from grilse.feeding.actions import deliveries, meals

Delivery = build_input_schema(deliveries.NewDelivery)
DeliveryCorrection = build_correction_schema(deliveries.NewDelivery)
Meal = build_input_schema(meals.NewMeal)
MealCorrection = build_correction_schema(meals.NewMeal)


class Deliveries(Schema):
    """Deliveries of feed; several at once are entered all or none."""

    deliveries: list[Delivery]  # type: ignore[valid-type]


class Meals(Schema):
    """Meals; several at once are entered all or none."""

    meals: list[Meal]  # type: ignore[valid-type]


@router.post("/feed-lots", permission="feeding.deliver", response={201: CreatedIds})
def record_deliveries(request: HttpRequest, new: Deliveries) -> Status[dict[str, Any]]:
    """Enter deliveries into stores; meals after them draw on them, the oldest first."""
    rows = [from_request(deliveries.NewDelivery, delivery) for delivery in new.deliveries]
    return Status(201, {"ids": deliveries.record_deliveries(rows)})


@router.put("/feed-lots/{key}", permission="feeding.correct", response=CreatedIds)
def correct_delivery(request: HttpRequest, key: Id, new: DeliveryCorrection) -> dict[str, Any]:  # type: ignore[valid-type]
    """Write a delivery as it should have been; what meals drew and cost follows."""
    deliveries.correct_delivery(key, from_request(deliveries.NewDelivery, new), reason=get_correction_reason(new))
    return {"ids": [key]}


@router.delete("/feed-lots/{key}", permission="feeding.correct", response=CreatedIds)
def withdraw_delivery(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Take a delivery away that never came."""
    deliveries.withdraw_delivery(key, reason=reason)
    return {"ids": [key]}


@router.post("/meals", permission="feeding.feed", response={201: CreatedIds})
def record_meals(request: HttpRequest, new: Meals) -> Status[dict[str, Any]]:
    """Enter meals, each drawn from the oldest deliveries of its store."""
    return Status(201, {"ids": meals.record_meals([from_request(meals.NewMeal, meal) for meal in new.meals])})


@router.put("/meals/{key}", permission="feeding.correct", response=CreatedIds)
def correct_meal(request: HttpRequest, key: Id, new: MealCorrection) -> dict[str, Any]:  # type: ignore[valid-type]
    """Write a meal as it should have been."""
    meals.correct_meal(key, from_request(meals.NewMeal, new), reason=get_correction_reason(new))
    return {"ids": [key]}


@router.delete("/meals/{key}", permission="feeding.correct", response=CreatedIds)
def withdraw_meal(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Take a meal away that was never given."""
    meals.withdraw_meal(key, reason=reason)
    return {"ids": [key]}
