"""Lists of batches, where they stand, and what happened to them."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Count, Expression, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from grilse.listing.filters import (
    SITE_HELP,
    build_container_filters,
    build_date_filters,
    build_reference_filter,
    build_site_condition,
    build_site_name,
    build_subquery_filter,
    build_text_filter,
    build_value_filter,
)
from grilse.listing.listing import Column, ConvertedColumn, Filter, Listing
from grilse.listing.sql import AnyOfSubquery
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
    is_effective,
)

NEEDS = "stock.read"

PlacementLookup = Callable[[Any], QuerySet[Placement]]
PLACEMENT_LOOKUPS: dict[str, tuple[PlacementLookup, str]] = {
    "batch": (lambda number: Placement.objects.filter(batch__number=number), "the batch, by number"),
    "container": (lambda name: Placement.objects.filter(container__name=name), "the container, by name"),
    "site": (lambda name: Placement.objects.filter(build_site_condition(name, "container__")), SITE_HELP),
}


def build_placement_filters(column: str = "placement_id") -> dict[str, Filter]:
    """Return the filters of rows of a placement."""
    return {
        "placement": build_reference_filter(column, Placement, "name", "the placement, by name"),
        "placement_id": build_value_filter(column, "the placement, by id", int),
        **{name: build_subquery_filter(column, rows, about) for name, (rows, about) in PLACEMENT_LOOKUPS.items()},
    }


def build_placement_columns(prefix: str = "placement") -> dict[str, Column | ConvertedColumn]:
    """Return the fields that tell of a placement."""
    return {
        "placement_id": f"{prefix}_id",
        "placement": f"{prefix}__name",
        "batch": f"{prefix}__batch__number",
        "container": f"{prefix}__container__name",
        "site": build_site_name(f"{prefix}__container__"),
        "stage": f"{prefix}__stage__name",
    }


def build_active_condition(day: date) -> Q:
    """Return the condition of placements in which fish stand on a day."""
    return Q(start__lte=day) & (Q(stop=None) | Q(stop__gt=day))


def _build_side_lookup(rows: PlacementLookup) -> Callable[[Any], Q]:
    """Return the condition of movements from or to placements."""

    def condition(value: Any) -> Q:
        placement_ids = rows(value).values("id")
        return Q(AnyOfSubquery("source_id", placement_ids)) | Q(AnyOfSubquery("target_id", placement_ids))

    return condition


def _build_effective_condition(effective: bool) -> Q:
    """Return the condition of rows that count, or of the few that others replace."""
    replaced = Movement.objects.filter(replaces_id__isnull=False).values("replaces_id")
    return Q(EFFECTIVE) if effective else Q(AnyOfSubquery("id", replaced))


def _build_batch_lookup(rows: PlacementLookup) -> Callable[[Any], Expression]:
    return lambda value: AnyOfSubquery("id", rows(value).values("batch_id"))


EFFECTIVE = is_effective()
NEWEST_PLACEMENT = Placement.objects.filter(batch_id=OuterRef("id")).order_by("-stage__order", "-start")
LINES_OF_ORDER = TransferLine.objects.filter(order_id=OuterRef("id")).order_by().values("order_id")

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
        "species": build_value_filter("species__name", "the species"),
        "water": build_value_filter("water", "what it lives in", choices=tuple(Stage.Water.values)),
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
        "stage": Subquery(NEWEST_PLACEMENT.values("stage__name")[:1]),
        "stage_order": Subquery(NEWEST_PLACEMENT.values("stage__order")[:1]),
    },
    orders={"number": ("number",), "start_date": ("start_date", "id")},
    filters={
        "status": build_value_filter("status", "whether its fish still stand", choices=tuple(Batch.Status.values)),
        "species": build_value_filter("species__name", "the species"),
        **{
            name: Filter(
                kind=str, lookup=_build_batch_lookup(PLACEMENT_LOOKUPS[name][0]), about=f"{about}, at any time"
            )
            for name, about in (("container", "where it stood"), ("site", "where it stood"))
        },
        **build_date_filters("start_date"),
        "text": build_text_filter("number"),
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
        "site": build_site_name("container__"),
        "stage_order": "stage__order",
        "stage": "stage__name",
        "start": "start",
        "stop": "stop",
    },
    orders={"start": ("start", "id"), "name": ("name",)},
    newest_first=True,
    filters={
        "batch": build_reference_filter("batch_id", Batch, "number", "the batch, by number"),
        **build_container_filters(),
        "stage_order": build_value_filter("stage__order", "the order of the stage", int),
        "standing": build_value_filter("stop__isnull", "whether fish still stand there", bool),
        "on": Filter(kind=date, lookup=build_active_condition, about="a day on which fish stood there"),
        **build_date_filters("start"),
        "text": build_text_filter("name"),
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
            lookup=_build_side_lookup(lambda name: Placement.objects.filter(name=name)),
            about="the placement on either side, by name",
        ),
        "placement_id": Filter(
            kind=int,
            lookup=_build_side_lookup(lambda id: Placement.objects.filter(id=id)),
            about="the placement on either side, by id",
        ),
        **{
            name: Filter(kind=str, lookup=_build_side_lookup(rows), about=f"{about}, on either side")
            for name, (rows, about) in PLACEMENT_LOOKUPS.items()
        },
        "kind": build_value_filter("kind", "what happened", choices=tuple(Movement.Kind.values)),
        "cause": build_value_filter(
            "cause", "the cause of deaths, by code", within=("batch", "placement", "placement_id", "container", "site")
        ),
        "order": build_reference_filter("order_id", TransferOrder, "number", "the transfer order, by number"),
        "effective": Filter(kind=bool, lookup=_build_effective_condition, about="whether nothing replaces it"),
        **build_date_filters("date"),
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
        "lines": Coalesce(Subquery(LINES_OF_ORDER.annotate(n=Count("id")).values("n")), 0),
    },
    orders={"planned_date": ("planned_date", "id"), "number": ("number",)},
    newest_first=True,
    filters={
        "batch": build_reference_filter("batch_id", Batch, "number", "the batch, by number"),
        "status": build_value_filter("status", "how far it has come", choices=tuple(TransferOrder.Status.values)),
        **build_date_filters("planned_date"),
        "text": build_text_filter("number"),
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
        "order": build_reference_filter("order_id", TransferOrder, "number", "the transfer order, by number"),
        "batch": build_subquery_filter(
            "order_id", lambda number: TransferOrder.objects.filter(batch__number=number), "the batch, by number"
        ),
        "container": build_value_filter("container__name", "where the fish go, by name"),
        "status": build_value_filter(
            "status", "whether the fish have moved", choices=tuple(TransferLine.Status.values)
        ),
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
        **build_placement_columns(),
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
        **build_placement_filters(),
        "method": build_value_filter(
            "method", "how they were weighed", choices=("HAND", "CAMERA", "GRADER", "HARVEST")
        ),
        "selection": build_value_filter(
            "selection", "which fish were weighed", choices=("random", "largest", "smallest")
        ),
        "set_aside": Filter(
            kind=bool,
            lookup=lambda excluded: ~Q(not_representative="") if excluded else Q(not_representative=""),
            about="whether it was found not to stand for its fish",
        ),
        **build_date_filters("date"),
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
        "sample_id": build_value_filter("sample_id", "the weight sample, by id", int),
        "batch": build_subquery_filter(
            "sample_id",
            lambda number: WeightSample.objects.filter(placement__batch__number=number),
            "the batch, by number",
        ),
        "placement": build_subquery_filter(
            "sample_id", lambda name: WeightSample.objects.filter(placement__name=name), "the placement, by name"
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
        **build_placement_columns(),
        "grade": "grade",
        "lot": "lot",
        "count": "count",
        "gutted_kg": "gutted_kg",
    },
    orders={"date": ("date", "id")},
    newest_first=True,
    filters={
        **build_placement_filters(),
        "grade": build_value_filter("grade", "the grade"),
        "lot": build_value_filter("lot", "the number of the lot"),
        **build_date_filters("date"),
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
