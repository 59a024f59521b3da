"""Lists of batches, where they stand, and what happened to them."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Expression, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from grilse.farm.listing import Column, Filter, Listing, Told
from grilse.farm.listing_filters import (
    SITE,
    among,
    at_site,
    contains,
    dates,
    is_,
    of_container,
    one,
    site,
)
from grilse.farm.listing_sql import Among
from grilse.stock.models import (
    Batch,
    HarvestGrade,
    Movement,
    Placement,
    Stage,
    TransferLine,
    TransferOrder,
    WeighedFish,
    WeightSample,
)

NEEDS = "stock.read"

Placements = Callable[[Any], QuerySet[Placement]]
OF_PLACEMENTS: dict[str, tuple[Placements, str]] = {
    "batch": (lambda number: Placement.objects.filter(batch__number=number), "the batch, by number"),
    "container": (lambda name: Placement.objects.filter(container__name=name), "the container, by name"),
    "site": (lambda name: Placement.objects.filter(at_site(name, "container__")), SITE),
}


def of_placement(column: str = "placement_id") -> dict[str, Filter]:
    """Return the filters of rows of a placement."""
    return {
        "placement": one(column, Placement, "name", "the placement, by name"),
        "placement_id": is_(column, "the placement, by id", int),
        **{name: among(column, rows, about) for name, (rows, about) in OF_PLACEMENTS.items()},
    }


def placed(prefix: str = "placement") -> dict[str, Column | Told]:
    """Return the fields that tell of a placement."""
    return {
        "placement_id": f"{prefix}_id",
        "placement": f"{prefix}__name",
        "batch": f"{prefix}__batch__number",
        "container": f"{prefix}__container__name",
        "site": site(f"{prefix}__container__"),
        "stage": f"{prefix}__stage__name",
    }


def standing_on(day: date) -> Q:
    """Return the condition of placements in which fish stand on a day."""
    return Q(start__lte=day) & (Q(stop=None) | Q(stop__gt=day))


def _on_either_side(rows: Placements) -> Callable[[Any], Q]:
    """Return the condition of movements from or to placements."""

    def condition(value: Any) -> Q:
        found = rows(value).values("id")
        return Q(Among("source_id", found)) | Q(Among("target_id", found))

    return condition


def _is_effective(wanted: bool) -> Q:
    """Return the condition of rows that count, or of the few that others replace."""
    replaced = Movement.objects.filter(replaces_id__isnull=False).values("replaces_id")
    return Q(EFFECTIVE) if wanted else Q(Among("id", replaced))


def _in_placements(rows: Placements) -> Callable[[Any], Expression]:
    return lambda value: Among("id", rows(value).values("batch_id"))


EFFECTIVE = ~Exists(Movement.objects.filter(replaces_id=OuterRef("id")))
NEWEST = Placement.objects.filter(batch_id=OuterRef("id")).order_by("-stage__order", "-start")
LINES = TransferLine.objects.filter(order_id=OuterRef("id")).order_by().values("order_id")

STAGES = Listing(
    name="stages",
    title="Parts of a species' life",
    of=Stage,
    needs=NEEDS,
    fields={
        "id": "id",
        "species": "species__name",
        "order": "order",
        "name": "name",
        "min_weight_g": "min_weight_g",
        "max_weight_g": "max_weight_g",
        "water": "water",
    },
    orders={"order": ("species_id", "order")},
    filters={
        "species": is_("species__name", "the species"),
        "water": is_("water", "what it lives in", choices=tuple(Stage.Water.values)),
    },
)

BATCHES = Listing(
    name="batches",
    title="Fish of one origin, followed from egg to harvest",
    of=Batch,
    needs=NEEDS,
    fields={
        "id": "id",
        "number": "number",
        "species": "species__name",
        "start_date": "start_date",
        "status": "status",
        "stage": Subquery(NEWEST.values("stage__name")[:1]),
        "stage_order": Subquery(NEWEST.values("stage__order")[:1]),
    },
    orders={"number": ("number",), "start_date": ("start_date", "id")},
    filters={
        "status": is_("status", "whether its fish still stand", choices=tuple(Batch.Status.values)),
        "species": is_("species__name", "the species"),
        **{
            name: Filter(
                kind=str, lookup=_in_placements(OF_PLACEMENTS[name][0]), about=f"{about}, at any time"
            )
            for name, about in (("container", "where it stood"), ("site", "where it stood"))
        },
        **dates("start_date"),
        "text": contains("number"),
    },
)

PLACEMENTS = Listing(
    name="placements",
    title="Batches in containers, each at a stage, from a day until another",
    of=Placement,
    needs=NEEDS,
    fields={
        "id": "id",
        "name": "name",
        "batch": "batch__number",
        "container_id": "container_id",
        "container": "container__name",
        "site": site("container__"),
        "stage_order": "stage__order",
        "stage": "stage__name",
        "start": "start",
        "stop": "stop",
    },
    orders={"start": ("start", "id"), "name": ("name",)},
    newest_first=True,
    filters={
        "batch": one("batch_id", Batch, "number", "the batch, by number"),
        **of_container(),
        "stage_order": is_("stage__order", "the order of the stage", int),
        "standing": is_("stop__isnull", "whether fish still stand there", bool),
        "on": Filter(kind=date, lookup=standing_on, about="a day on which fish stood there"),
        **dates("start"),
        "text": contains("name"),
    },
)

MOVEMENTS = Listing(
    name="movements",
    title="The ledger: fish stocked, moved, dead, harvested or taken out, and what replaced an entry",
    of=Movement,
    needs=NEEDS,
    fields={
        "id": "id",
        "date": "date",
        "kind": "kind",
        "count": "count",
        "mean_weight_g": "mean_weight_g",
        "weight_method": "weight_method",
        "fish_weighed": "fish_weighed",
        "cause": "cause",
        "stage": Coalesce(F("source__stage__name"), F("target__stage__name")),
        "from_placement_id": "source_id",
        "from_placement": "source__name",
        "from_batch": "source__batch__number",
        "from_container": "source__container__name",
        "to_placement_id": "target_id",
        "to_placement": "target__name",
        "to_batch": "target__batch__number",
        "to_container": "target__container__name",
        "order": "order__number",
        "author": "author__username",
        "entered_at": "entered_at",
        "replaces_id": "replaces_id",
        "reason": "reason",
        "effective": EFFECTIVE,
    },
    orders={"date": ("date", "id"), "entry": ("id",)},
    newest_first=True,
    filters={
        "placement": Filter(
            kind=str,
            lookup=_on_either_side(lambda name: Placement.objects.filter(name=name)),
            about="the placement on either side, by name",
        ),
        "placement_id": Filter(
            kind=int,
            lookup=_on_either_side(lambda id: Placement.objects.filter(id=id)),
            about="the placement on either side, by id",
        ),
        **{
            name: Filter(kind=str, lookup=_on_either_side(rows), about=f"{about}, on either side")
            for name, (rows, about) in OF_PLACEMENTS.items()
        },
        "kind": is_("kind", "what happened", choices=tuple(Movement.Kind.values)),
        "cause": is_(
            "cause",
            "the cause of deaths, by code",
            within=("batch", "placement", "placement_id", "container", "site"),
        ),
        "order": one("order_id", TransferOrder, "number", "the transfer order, by number"),
        "effective": Filter(kind=bool, lookup=_is_effective, about="whether nothing replaces it"),
        **dates("date"),
    },
)

TRANSFER_ORDERS = Listing(
    name="transfer-orders",
    title="Moves of fish of a batch, planned and carried out",
    of=TransferOrder,
    needs=NEEDS,
    fields={
        "id": "id",
        "number": "number",
        "batch": "batch__number",
        "planned_date": "planned_date",
        "status": "status",
        "lines": Coalesce(Subquery(LINES.annotate(n=Count("id")).values("n")), 0),
    },
    orders={"planned_date": ("planned_date", "id"), "number": ("number",)},
    newest_first=True,
    filters={
        "batch": one("batch_id", Batch, "number", "the batch, by number"),
        "status": is_("status", "how far it has come", choices=tuple(TransferOrder.Status.values)),
        **dates("planned_date"),
        "text": contains("number"),
    },
)

TRANSFER_LINES = Listing(
    name="transfer-lines",
    title="Fish that transfer orders move from a placement into a container",
    of=TransferLine,
    needs=NEEDS,
    fields={
        "id": "id",
        "order_id": "order_id",
        "order": "order__number",
        "from_placement_id": "source_id",
        "from_placement": "source__name",
        "from_container": "source__container__name",
        "to_container_id": "container_id",
        "to_container": "container__name",
        "stage": "stage__name",
        "count": "count",
        "status": "status",
    },
    orders={"order": ("order_id", "source_id", "container_id")},
    newest_first=True,
    filters={
        "order": one("order_id", TransferOrder, "number", "the transfer order, by number"),
        "batch": among(
            "order_id",
            lambda number: TransferOrder.objects.filter(batch__number=number),
            "the batch, by number",
        ),
        "container": is_("container__name", "where the fish go, by name"),
        "status": is_("status", "whether the fish have moved", choices=tuple(TransferLine.Status.values)),
    },
)

WEIGHT_SAMPLES = Listing(
    name="weight-samples",
    title="Fish weighed to learn the mean weight of a placement",
    of=WeightSample,
    needs=NEEDS,
    fields={
        "id": "id",
        "date": "date",
        **placed(),
        "fish_weighed": "fish_weighed",
        "mean_weight_g": "mean_weight_g",
        "sd_g": "sd_g",
        "mean_length_cm": "mean_length_cm",
        "k_factor": "k_factor",
        "method": "method",
        "selection": "selection",
        "not_representative": "not_representative",
    },
    orders={"date": ("date", "id")},
    newest_first=True,
    filters={
        **of_placement(),
        "method": is_("method", "how they were weighed", choices=("HAND", "CAMERA", "GRADER", "HARVEST")),
        "selection": is_("selection", "which fish were weighed", choices=("random", "largest", "smallest")),
        "set_aside": Filter(
            kind=bool,
            lookup=lambda wanted: ~Q(not_representative="") if wanted else Q(not_representative=""),
            about="whether it was found not to stand for its fish",
        ),
        **dates("date"),
    },
)

WEIGHED_FISH = Listing(
    name="weighed-fish",
    title="Single fish of weight samples",
    of=WeighedFish,
    needs=NEEDS,
    fields={
        "id": "id",
        "sample_id": "sample_id",
        "date": "sample__date",
        "placement": "sample__placement__name",
        "position": "position",
        "weight_g": "weight_g",
        "length_cm": "length_cm",
    },
    orders={"sample": ("sample_id", "position")},
    newest_first=True,
    filters={
        "sample_id": is_("sample_id", "the weight sample, by id", int),
        "batch": among(
            "sample_id",
            lambda number: WeightSample.objects.filter(placement__batch__number=number),
            "the batch, by number",
        ),
        "placement": among(
            "sample_id",
            lambda name: WeightSample.objects.filter(placement__name=name),
            "the placement, by name",
        ),
    },
)

HARVEST_GRADES = Listing(
    name="harvest-grades",
    title="Fish of one grade in the harvest of a placement on a day",
    of=HarvestGrade,
    needs=NEEDS,
    fields={
        "id": "id",
        "date": "date",
        **placed(),
        "grade": "grade",
        "lot": "lot",
        "count": "count",
        "gutted_kg": "gutted_kg",
    },
    orders={"date": ("date", "id")},
    newest_first=True,
    filters={
        **of_placement(),
        "grade": is_("grade", "the grade"),
        "lot": is_("lot", "the number of the lot"),
        **dates("date"),
    },
)

LISTS = (
    STAGES,
    BATCHES,
    PLACEMENTS,
    MOVEMENTS,
    TRANSFER_ORDERS,
    TRANSFER_LINES,
    WEIGHT_SAMPLES,
    WEIGHED_FISH,
    HARVEST_GRADES,
)
