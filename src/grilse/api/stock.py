"""Routes of batches, losses, movements, weight samples, harvests and transfers."""

from typing import Any

from django.http import HttpRequest
from ninja import Status

from grilse.api.action_routes import build_rows_schema, declare_event_routes, declare_reason_route, declare_record_route
from grilse.api.routing import STOCK as router
from grilse.api.schemas import (
    CreatedIds,
    Id,
    Reason,
    Schema,
    Text,
    build_correction_schema,
    build_entry_schema,
    build_input_schema,
    build_output_schema,
    from_request,
)
from grilse.confirmation import accept_confirmed
from grilse.stock.actions import batches, fish_counts, harvests, losses, movements, transfer_orders, transfers
from grilse.stock.actions import weight_samples as samples

AMEND_PERMISSION, CORRECT_PERMISSION = "stock.amend", "stock.correct"
ORDER_PERMISSION, REVIEW_PERMISSION = "stock.order", "growth.review"
BatchStart: Any = build_entry_schema(batches.NewBatch)
Losses: Any = build_entry_schema(losses.NewLosses)
Movements: Any = build_rows_schema(movements.NewMovement, "movements", reason=(Text, ...))
MovementCorrection: Any = build_correction_schema(movements.NewMovement)
HarvestCorrection: Any = build_correction_schema(harvests.NewHarvest)
HarvestResult: Any = build_output_schema(harvests.HarvestOutcome)
MoveResult: Any = build_output_schema(transfers.TransferOutcome)
Order: Any = build_input_schema(transfer_orders.NewOrder)
Moves: Any = build_rows_schema(transfers.Move, "moves")


class TransferCancellation(Reason):
    """The lines of an order to cancel, and why."""

    lines: list[Id] | None = None
    """Null cancels all lines that are still planned."""


class CancelledOrder(Schema):
    """The status of an order after a cancellation."""

    status: str


@router.post("/batches", permission="stock.stock", response={201: build_output_schema(batches.BatchStartOutcome)})
def start_batch(request: HttpRequest, new: BatchStart) -> Status[Any]:
    """Start a batch in one container or several."""
    with accept_confirmed(new.confirm):
        return Status(201, batches.start_batch(from_request(batches.NewBatch, new)))


declare_reason_route(router, "DELETE", "/batches/{key}", batches.withdraw_batch, CORRECT_PERMISSION)


@router.post("/losses", permission="stock.mortality", response={201: CreatedIds})
def record_losses(request: HttpRequest, new: Losses) -> Status[Any]:
    """Record the dead, culled or escaped fish of many pens on one day."""
    with accept_confirmed(new.confirm):
        return Status(201, {"ids": losses.record_losses(from_request(losses.NewLosses, new))})


@router.post("/movements", permission=CORRECT_PERMISSION, response={201: CreatedIds})
def record_movements(request: HttpRequest, new: Movements) -> Status[Any]:
    """Record rows of the ledger that correct the count, for example after a recount."""
    rows = [from_request(movements.NewMovement, row) for row in new.movements]
    with accept_confirmed(new.confirm):
        return Status(201, {"ids": movements.record_movements(rows, reason=new.reason)})


@router.put("/movements/{key}", permission=AMEND_PERMISSION, response=CreatedIds)
def correct_movement(request: HttpRequest, key: Id, new: MovementCorrection) -> dict[str, Any]:
    """Replace a row of the ledger by the corrected row; the ledger keeps both."""
    correction = from_request(movements.NewMovement, new)
    with accept_confirmed(new.confirm):
        return {"ids": [movements.correct_movement(key, correction, reason=new.because)]}


@router.delete("/movements/{key}", permission=AMEND_PERMISSION, response=CreatedIds)
def withdraw_movement(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Replace a row of the ledger by a row of no fish."""
    return {"ids": movements.withdraw_movements([key], reason=reason)}


declare_event_routes(
    router,
    "/weight-samples",
    "samples",
    samples.NewSample,
    (samples.record_samples, samples.correct_sample, samples.withdraw_sample),
    "stock.sample",
)


declare_event_routes(
    router,
    "/fish-counts",
    "counts",
    fish_counts.NewFishCount,
    (fish_counts.record_fish_counts, fish_counts.correct_fish_count, fish_counts.withdraw_fish_count),
    CORRECT_PERMISSION,
)


@router.put("/weight-samples/{key}/set-aside", permission=REVIEW_PERMISSION, response=CreatedIds)
def exclude_sample(request: HttpRequest, key: Id, why: Reason) -> dict[str, Any]:
    """Exclude a weight sample from the estimates."""
    samples.exclude_sample(key, why.reason)
    return {"ids": [key]}


@router.delete("/weight-samples/{key}/set-aside", permission=REVIEW_PERMISSION, response=CreatedIds)
def include_sample(request: HttpRequest, key: Id) -> dict[str, Any]:
    """Include an excluded weight sample in the estimates again."""
    samples.include_sample(key)
    return {"ids": [key]}


declare_record_route(
    router,
    "/harvests",
    "harvests",
    harvests.NewHarvest,
    harvests.record_harvests,
    "stock.harvest",
    response=list[HarvestResult],
)


@router.put("/harvests/{key}", permission=AMEND_PERMISSION, response=HarvestResult)
def correct_harvest(request: HttpRequest, key: Id, new: HarvestCorrection) -> Any:
    """Correct a harvest; the key is the id of its movement."""
    with accept_confirmed(new.confirm):
        return harvests.correct_harvest(key, from_request(harvests.NewHarvest, new), reason=new.because)


declare_reason_route(router, "DELETE", "/harvests/{key}", harvests.withdraw_harvest, AMEND_PERMISSION)


@router.post(
    "/transfer-orders",
    permission=ORDER_PERMISSION,
    response={201: build_output_schema(transfer_orders.OrderPlanOutcome)},
)
def plan_transfer(request: HttpRequest, new: Order) -> Status[Any]:
    """Plan a transfer, pen by pen."""
    return Status(201, transfer_orders.plan_order(from_request(transfer_orders.NewOrder, new)))


@router.post("/transfer-orders/{key}/moves", permission="stock.move", response={201: list[MoveResult]})
def execute_transfer(request: HttpRequest, key: Id, new: Moves) -> Status[Any]:
    """Carry out some or all lines of an order, each on the day when the fish moved."""
    moves = [from_request(transfers.Move, move) for move in new.moves]
    with accept_confirmed(new.confirm):
        return Status(201, transfers.execute_transfer(key, moves))


@router.post("/transfer-orders/{key}/cancel", permission=ORDER_PERMISSION, response=CancelledOrder)
def cancel_transfer(request: HttpRequest, key: Id, why: TransferCancellation) -> dict[str, str]:
    """Cancel an order or some of its lines."""
    return {"status": transfer_orders.cancel_order(key, reason=why.reason, lines=why.lines)}
