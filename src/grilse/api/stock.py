"""What people enter about fish: batches, deaths, transfers, harvests, weight samples, and corrections."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Schema, Status

from grilse.api.entries import Id, Made, Reason, Text, correction, entry, taken, why
from grilse.api.rooms import STOCK as router
from grilse.stock.actions import batches, harvests, losses, movements, orders, samples, transfers


class Started(Schema):
    """A batch that was started."""

    batch: int
    placements: list[int]
    movements: list[int]


class Planned(Schema):
    """A transfer that was planned."""

    order: int
    number: str
    lines: list[int]


class Moved(Schema):
    """Fish that were moved."""

    line: int
    movement: int
    placement: int
    opened: bool
    emptied: bool
    corrected: int
    said: str


class Harvested(Schema):
    """Fish that were harvested or sold."""

    movement: int
    placement: int
    emptied: bool
    corrected: int
    """Fish that the ledger had too many (above 0) or too few (below)."""
    said: str


class Cancelled(Schema):
    """What became of an order."""

    status: str


Batch = entry(batches.NewBatch)
Losses = entry(losses.NewLosses)
Movement = entry(movements.NewMovement)
MovementCorrection = correction(movements.NewMovement)
Sample = entry(samples.NewSample)
SampleCorrection = correction(samples.NewSample)
Harvest = entry(harvests.NewHarvest)
HarvestCorrection = correction(harvests.NewHarvest)
Order = entry(orders.NewOrder)
Move = entry(transfers.Move)


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


class Cancel(Reason):
    """What is not to be carried out."""

    lines: list[Id] | None = None
    """None for all that are still planned."""


@router.post("/batches", may="stock.stock", response={201: Started})
def start_batch(request: HttpRequest, new: Batch) -> Status[dict[str, Any]]:  # type: ignore[valid-type]
    """Start a batch in one container or several."""
    return Status(201, asdict(batches.start(taken(batches.NewBatch, new))))


@router.post("/losses", may="stock.mortality", response={201: Made})
def record_losses(request: HttpRequest, new: Losses) -> Status[dict[str, Any]]:  # type: ignore[valid-type]
    """Enter the deaths of a day, or culls or escapes, of many pens at once."""
    return Status(201, {"ids": losses.record(taken(losses.NewLosses, new))})


@router.post("/movements", may="stock.correct", response={201: Made})
def record_movements(request: HttpRequest, new: NewMovements) -> Status[dict[str, Any]]:
    """Enter rows of the ledger, as corrections of the count after a recount."""
    rows = [taken(movements.NewMovement, row) for row in new.movements]
    return Status(201, {"ids": movements.record(rows, reason=new.reason)})


@router.put("/movements/{key}", may="stock.correct", response=Made)
def correct_movement(request: HttpRequest, key: Id, new: MovementCorrection) -> dict[str, Any]:  # type: ignore[valid-type]
    """Replace a row of the ledger by what it should have been; the old one stays beside it."""
    made = movements.correct(key, taken(movements.NewMovement, new), reason=why(new))
    return {"ids": [made]}


@router.delete("/movements/{key}", may="stock.correct", response=Made)
def withdraw_movement(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Replace a row of the ledger by one of no fish."""
    return {"ids": movements.withdraw([key], reason=reason)}


@router.post("/weight-samples", may="stock.sample", response={201: Made})
def record_samples(request: HttpRequest, new: NewSamples) -> Status[dict[str, Any]]:
    """Enter weight samples, of fish one by one or of their mean."""
    return Status(201, {"ids": samples.record([taken(samples.NewSample, one) for one in new.samples])})


@router.put("/weight-samples/{key}", may="stock.correct", response=Made)
def correct_sample(request: HttpRequest, key: Id, new: SampleCorrection) -> dict[str, Any]:  # type: ignore[valid-type]
    """Write a weight sample as it should have been."""
    samples.correct(key, taken(samples.NewSample, new), reason=why(new))
    return {"ids": [key]}


@router.delete("/weight-samples/{key}", may="stock.correct", response=Made)
def withdraw_sample(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Take a weight sample away that was never weighed so."""
    samples.withdraw(key, reason=reason)
    return {"ids": [key]}


@router.put("/weight-samples/{key}/set-aside", may="growth.review", response=Made)
def set_sample_aside(request: HttpRequest, key: Id, why: Reason) -> dict[str, Any]:
    """Keep a weight sample and let it move no estimate."""
    samples.set_aside(key, why.reason)
    return {"ids": [key]}


@router.delete("/weight-samples/{key}/set-aside", may="growth.review", response=Made)
def take_sample_back(request: HttpRequest, key: Id) -> dict[str, Any]:
    """Let a weight sample that was set aside count again."""
    samples.take_back(key)
    return {"ids": [key]}


@router.post("/harvests", may="stock.harvest", response={201: list[Harvested]})
def record_harvests(request: HttpRequest, new: NewHarvests) -> Status[list[dict[str, Any]]]:
    """Enter harvests or sales of pens, with grades and lot."""
    made = harvests.record([taken(harvests.NewHarvest, one) for one in new.harvests])
    return Status(201, [asdict(one) for one in made])


@router.put("/harvests/{key}", may="stock.correct", response=Harvested)
def correct_harvest(request: HttpRequest, key: Id, new: HarvestCorrection) -> dict[str, Any]:  # type: ignore[valid-type]
    """Write a harvest, known by its movement, as it should have been."""
    return asdict(harvests.correct(key, taken(harvests.NewHarvest, new), reason=why(new)))


@router.delete("/harvests/{key}", may="stock.correct", response=Made)
def withdraw_harvest(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Take a harvest away, known by its movement; a pen that it emptied stands again."""
    harvests.withdraw(key, reason=reason)
    return {"ids": [key]}


@router.post("/transfer-orders", may="stock.order", response={201: Planned})
def plan_transfer(request: HttpRequest, new: Order) -> Status[dict[str, Any]]:  # type: ignore[valid-type]
    """Plan a transfer, pen by pen."""
    return Status(201, asdict(orders.plan(taken(orders.NewOrder, new))))


@router.post("/transfer-orders/{key}/moves", may="stock.move", response={201: list[Moved]})
def carry_out(request: HttpRequest, key: Id, new: NewMoves) -> Status[list[dict[str, Any]]]:
    """Carry out lines of an order, all or some, on their real days."""
    made = transfers.execute(key, [taken(transfers.Move, move) for move in new.moves])
    return Status(201, [asdict(one) for one in made])


@router.post("/transfer-orders/{key}/cancel", may="stock.order", response=Cancelled)
def cancel_transfer(request: HttpRequest, key: Id, why: Cancel) -> dict[str, str]:
    """Cancel an order, or some of its lines."""
    return {"status": orders.cancel(key, reason=why.reason, lines=why.lines)}
