"""What people enter about fish: batches, deaths, transfers, harvests, weight samples, and corrections."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Schema, Status

from grilse.api.input_schemas import (
    CreatedIds,
    Id,
    Reason,
    Text,
    build_correction_schema,
    build_input_schema,
    from_request,
    get_correction_reason,
)
from grilse.api.routers import STOCK as router
from grilse.stock.actions import batches, harvests, losses, movements, transfer_orders, transfers
from grilse.stock.actions import weight_samples as samples


class StartedBatch(Schema):
    """A batch that was started."""

    batch: int
    placements: list[int]
    movements: list[int]


class PlannedTransfer(Schema):
    """A transfer that was planned."""

    order: int
    number: str
    lines: list[int]


class MoveResult(Schema):
    """Fish that were moved."""

    line: int
    movement: int
    placement: int
    opened: bool
    emptied: bool
    corrected: int
    said: str


class HarvestResult(Schema):
    """Fish that were harvested or sold."""

    movement: int
    placement: int
    emptied: bool
    corrected: int
    """Fish that the ledger had too many (above 0) or too few (below)."""
    said: str


class CancelledOrder(Schema):
    """What became of an order."""

    status: str


Batch = build_input_schema(batches.NewBatch)
Losses = build_input_schema(losses.NewLosses)
Movement = build_input_schema(movements.NewMovement)
MovementCorrection = build_correction_schema(movements.NewMovement)
Sample = build_input_schema(samples.NewSample)
SampleCorrection = build_correction_schema(samples.NewSample)
Harvest = build_input_schema(harvests.NewHarvest)
HarvestCorrection = build_correction_schema(harvests.NewHarvest)
Order = build_input_schema(transfer_orders.NewOrder)
Move = build_input_schema(transfers.Move)


class NewMovements(Schema):
    """Rows of the ledger that no other address enters, as corrections of the count."""

    movements: list[Movement]  # type: ignore[valid-type]
    reason: Text


class NewSamples(Schema):
    """Weight samples; several at once are entered all or none."""

    samples: list[Sample]  # type: ignore[valid-type]


class NewHarvests(Schema):
    """Harvests and sales of pens; several at once are entered all or none."""

    harvests: list[Harvest]  # type: ignore[valid-type]


class NewMoves(Schema):
    """What was carried out of an order, on its real day."""

    moves: list[Move]  # type: ignore[valid-type]


class TransferCancellation(Reason):
    """What is not to be carried out."""

    lines: list[Id] | None = None
    """None for all that are still planned."""


@router.post("/batches", permission="stock.stock", response={201: StartedBatch})
def start_batch(request: HttpRequest, new: Batch) -> Status[dict[str, Any]]:  # type: ignore[valid-type]
    """Start a batch in one container or several."""
    return Status(201, asdict(batches.start_batch(from_request(batches.NewBatch, new))))


@router.post("/losses", permission="stock.mortality", response={201: CreatedIds})
def record_losses(request: HttpRequest, new: Losses) -> Status[dict[str, Any]]:  # type: ignore[valid-type]
    """Enter the deaths of a day, or culls or escapes, of many pens at once."""
    return Status(201, {"ids": losses.record_losses(from_request(losses.NewLosses, new))})


@router.post("/movements", permission="stock.correct", response={201: CreatedIds})
def record_movements(request: HttpRequest, new: NewMovements) -> Status[dict[str, Any]]:
    """Enter rows of the ledger, as corrections of the count after a recount."""
    rows = [from_request(movements.NewMovement, row) for row in new.movements]
    return Status(201, {"ids": movements.record_movements(rows, reason=new.reason)})


@router.put("/movements/{key}", permission="stock.correct", response=CreatedIds)
def correct_movement(request: HttpRequest, key: Id, new: MovementCorrection) -> dict[str, Any]:  # type: ignore[valid-type]
    """Replace a row of the ledger by what it should have been; the old one stays beside it."""
    movement_id = movements.correct_movement(
        key, from_request(movements.NewMovement, new), reason=get_correction_reason(new)
    )
    return {"ids": [movement_id]}


@router.delete("/movements/{key}", permission="stock.correct", response=CreatedIds)
def withdraw_movement(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Replace a row of the ledger by one of no fish."""
    return {"ids": movements.withdraw_movements([key], reason=reason)}


@router.post("/weight-samples", permission="stock.sample", response={201: CreatedIds})
def record_samples(request: HttpRequest, new: NewSamples) -> Status[dict[str, Any]]:
    """Enter weight samples, of fish one by one or of their mean."""
    return Status(
        201, {"ids": samples.record_samples([from_request(samples.NewSample, sample) for sample in new.samples])}
    )


@router.put("/weight-samples/{key}", permission="stock.correct", response=CreatedIds)
def correct_sample(request: HttpRequest, key: Id, new: SampleCorrection) -> dict[str, Any]:  # type: ignore[valid-type]
    """Write a weight sample as it should have been."""
    samples.correct_sample(key, from_request(samples.NewSample, new), reason=get_correction_reason(new))
    return {"ids": [key]}


@router.delete("/weight-samples/{key}", permission="stock.correct", response=CreatedIds)
def withdraw_sample(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Take a weight sample away that was never weighed so."""
    samples.withdraw_sample(key, reason=reason)
    return {"ids": [key]}


@router.put("/weight-samples/{key}/set-aside", permission="growth.review", response=CreatedIds)
def exclude_sample(request: HttpRequest, key: Id, why: Reason) -> dict[str, Any]:
    """Keep a weight sample and let it move no estimate."""
    samples.exclude_sample(key, why.reason)
    return {"ids": [key]}


@router.delete("/weight-samples/{key}/set-aside", permission="growth.review", response=CreatedIds)
def include_sample(request: HttpRequest, key: Id) -> dict[str, Any]:
    """Let a weight sample that was set aside count again."""
    samples.include_sample(key)
    return {"ids": [key]}


@router.post("/harvests", permission="stock.harvest", response={201: list[HarvestResult]})
def record_harvests(request: HttpRequest, new: NewHarvests) -> Status[list[dict[str, Any]]]:
    """Enter harvests or sales of pens, with grades and lot."""
    results = harvests.record_harvests([from_request(harvests.NewHarvest, harvest) for harvest in new.harvests])
    return Status(201, [asdict(result) for result in results])


@router.put("/harvests/{key}", permission="stock.correct", response=HarvestResult)
def correct_harvest(request: HttpRequest, key: Id, new: HarvestCorrection) -> dict[str, Any]:  # type: ignore[valid-type]
    """Write a harvest, known by its movement, as it should have been."""
    return asdict(
        harvests.correct_harvest(key, from_request(harvests.NewHarvest, new), reason=get_correction_reason(new))
    )


@router.delete("/harvests/{key}", permission="stock.correct", response=CreatedIds)
def withdraw_harvest(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Take a harvest away, known by its movement; a pen that it emptied stands again."""
    harvests.withdraw_harvest(key, reason=reason)
    return {"ids": [key]}


@router.post("/transfer-orders", permission="stock.order", response={201: PlannedTransfer})
def plan_transfer(request: HttpRequest, new: Order) -> Status[dict[str, Any]]:  # type: ignore[valid-type]
    """Plan a transfer, pen by pen."""
    return Status(201, asdict(transfer_orders.plan_order(from_request(transfer_orders.NewOrder, new))))


@router.post("/transfer-orders/{key}/moves", permission="stock.move", response={201: list[MoveResult]})
def execute_transfer(request: HttpRequest, key: Id, new: NewMoves) -> Status[list[dict[str, Any]]]:
    """Carry out lines of an order, all or some, on their real days."""
    results = transfers.execute_transfer(key, [from_request(transfers.Move, move) for move in new.moves])
    return Status(201, [asdict(result) for result in results])


@router.post("/transfer-orders/{key}/cancel", permission="stock.order", response=CancelledOrder)
def cancel_transfer(request: HttpRequest, key: Id, why: TransferCancellation) -> dict[str, str]:
    """Cancel an order, or some of its lines."""
    return {"status": transfer_orders.cancel_order(key, reason=why.reason, lines=why.lines)}
