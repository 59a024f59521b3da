"""Lists of batches, their placements, and the events of their fish."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Count, Expression, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from grilse.farm.list_filters import (
    CONTAINER_FIELDS,
    CONTAINER_FILTERS,
    CONTAINER_HELP,
    SITE_HELP,
    build_site_condition,
    build_site_name_filter,
    find_container,
)
from grilse.farm.models import Container
from grilse.farm.site_names import build_label, build_site_name
from grilse.listing.filters import build_date_filters, build_reference_filter, build_subquery_filter, build_text_filter
from grilse.listing.listing import Filter, Listing, build_fields
from grilse.listing.sql import AnyOfSubquery
from grilse.stock.models import (
    Batch,
    FishCount,
    HarvestGrade,
    Movement,
    Photo,
    Placement,
    Stage,
    TransferLine,
    TransferOrder,
    WeighedFish,
    WeightSample,
    is_effective,
)

DATE_ORDER = {"date": ("date", "id")}
BATCH_HELP = "the batch, by number"
ORDER_HELP = "the transfer order, by number"

PlacementLookup = Callable[[Any], QuerySet[Placement]]
PLACEMENT_LOOKUPS: dict[str, tuple[PlacementLookup, str]] = {
    "batch": (lambda number: Placement.objects.filter(batch__number=number), BATCH_HELP),
    "container": (lambda name: Placement.objects.filter(container_id=find_container(name)), CONTAINER_HELP),
    "site": (lambda name: Placement.objects.filter(build_site_condition(name, "container__")), SITE_HELP),
}
LOOKUP_STATEMENTS = {"container": 1, "site": 1}
"""Statements that a lookup runs: it finds the container or hall of a name."""
BATCH_FILTER = build_reference_filter("batch_id", Batch, "number", BATCH_HELP)
PLACEMENT_FILTERS = {
    "placement": build_reference_filter("placement_id", Placement, "name", "the placement, by name"),
    "placement_id": Filter("placement_id", "the placement, by id", int),
    **{
        name: build_subquery_filter(
            "placement_id", find_placements, help_text, statements=LOOKUP_STATEMENTS.get(name, 0)
        )
        for name, (find_placements, help_text) in PLACEMENT_LOOKUPS.items()
    },
}
"""Filters of rows that refer to a placement."""
NARROW_FILTERS = ("batch", "placement", "placement_id", "container", "site")
"""Filters that leave few enough rows to read them without another index."""
PLACEMENT_FIELDS = build_fields(
    "placement_id",
    placement="placement__name",
    batch="placement__batch__number",
    container=build_label(Container, "placement__container__"),
    site=build_site_name("placement__container__"),
    stage="placement__stage__name",
)
"""Fields of rows that refer to a placement."""


def build_active_condition(day: date) -> Q:
    """Return the condition of placements that hold fish on a day."""
    return Q(start__lte=day) & (Q(stop=None) | Q(stop__gt=day))


def _build_side_filter(
    find_placements: PlacementLookup, help_text: str, value_type: type = str, **options: Any
) -> Filter:
    """Return the filter of movements from or to placements."""

    def condition(value: Any) -> Q:
        placement_ids = find_placements(value).values("id")
        return Q(AnyOfSubquery("source_id", placement_ids)) | Q(AnyOfSubquery("target_id", placement_ids))

    return Filter(condition, help_text, value_type, **options)


def _build_effective_condition(effective: bool) -> Q:
    """Return the condition of effective movements, or of the few that other movements replace."""
    replaced = Movement.objects.filter(replaces_id__isnull=False).values("replaces_id")
    return Q(EFFECTIVE) if effective else Q(AnyOfSubquery("id", replaced))


def _build_past_place_filter(place: str) -> Filter:
    """Return the filter of batches that were in a container or at a site at any time."""

    def condition(value: str) -> Expression:
        return AnyOfSubquery("id", PLACEMENT_LOOKUPS[place][0](value).values("batch_id"))

    return Filter(condition, "where its fish were, at any time", statements=LOOKUP_STATEMENTS.get(place, 0))


EFFECTIVE = is_effective()
NEWEST_PLACEMENT = Placement.objects.filter(batch_id=OuterRef("id")).order_by("-stage__order", "-start")
LINES_OF_ORDER = TransferLine.objects.filter(order_id=OuterRef("id")).order_by().values("order_id")

STAGES = Listing(
    name="stages",
    title="Life stages of species",
    model=Stage,
    fields=build_fields("id", species="species__name") | build_fields("order name min_weight_g max_weight_g water"),
    orders={"order": ("species_id", "order")},
    filters={
        "species": Filter("species__name", "the species"),
        "water": Filter("water", "what it lives in", choices=tuple(Stage.Water.values)),
    },
)

BATCHES = Listing(
    name="batches",
    title="Fish of one origin, followed from egg to harvest",
    model=Batch,
    fields=build_fields("id number", species="species__name")
    | build_fields(
        "start_date status",
        stage=Subquery(NEWEST_PLACEMENT.values("stage__name")[:1]),
        stage_order=Subquery(NEWEST_PLACEMENT.values("stage__order")[:1]),
    ),
    orders={"number": ("number",), "start_date": ("start_date", "id")},
    filters={
        "status": Filter("status", "whether it still has fish", choices=tuple(Batch.Status.values)),
        "species": Filter("species__name", "the species"),
        "container": _build_past_place_filter("container"),
        "site": _build_past_place_filter("site"),
        **build_date_filters("start_date"),
        "text": build_text_filter("number"),
    },
)

PLACEMENTS = Listing(
    name="placements",
    title="Batches in containers, each at a stage, from a day until another",
    model=Placement,
    fields=build_fields("id name", batch="batch__number")
    | CONTAINER_FIELDS
    | build_fields(site=build_site_name("container__"), stage_order="stage__order", stage="stage__name")
    | build_fields("start stop"),
    orders={"start": ("start", "id"), "name": ("name",)},
    newest_first=True,
    filters={
        "batch": BATCH_FILTER,
        **CONTAINER_FILTERS,
        "stage_order": Filter("stage__order", "the order of the stage", int),
        "standing": Filter("stop__isnull", "whether there are still fish", bool),
        "on": Filter(build_active_condition, "a day on which there were fish", date),
        **build_date_filters("start"),
        "text": build_text_filter("name"),
    },
)

MOVEMENTS = Listing(
    name="movements",
    title="The ledger: fish stocked, moved, dead, harvested or taken out, and what replaced an entry",
    model=Movement,
    fields=build_fields(
        "id date kind count mean_weight_g weight_method fish_weighed cause",
        stage=Coalesce(F("source__stage__name"), F("target__stage__name")),
        from_placement_id="source_id",
        from_placement="source__name",
        from_batch="source__batch__number",
        from_container=build_label(Container, "source__container__"),
        to_placement_id="target_id",
        to_placement="target__name",
        to_batch="target__batch__number",
        to_container=build_label(Container, "target__container__"),
        order="order__number",
        author="author__username",
    )
    | build_fields("entered_at replaces_id reason", effective=EFFECTIVE),
    orders={"date": ("date", "id"), "entry": ("id",)},
    newest_first=True,
    filters={
        "placement": _build_side_filter(
            lambda name: Placement.objects.filter(name=name), "the placement on either side, by name"
        ),
        "placement_id": _build_side_filter(
            lambda id: Placement.objects.filter(id=id), "the placement on either side, by id", int
        ),
        **{
            name: _build_side_filter(
                find_placements, f"{help_text}, on either side", statements=LOOKUP_STATEMENTS.get(name, 0)
            )
            for name, (find_placements, help_text) in PLACEMENT_LOOKUPS.items()
        },
        "kind": Filter("kind", "what happened", choices=tuple(Movement.Kind.values)),
        "cause": Filter("cause", "the cause of deaths, by code", required_with=NARROW_FILTERS),
        "order": build_reference_filter("order_id", TransferOrder, "number", ORDER_HELP),
        "effective": Filter(_build_effective_condition, "whether no other entry replaces it", bool),
        **build_date_filters("date"),
    },
)

TRANSFER_ORDERS = Listing(
    name="transfer-orders",
    title="Moves of fish of a batch, planned and carried out",
    model=TransferOrder,
    fields=build_fields("id number", batch="batch__number")
    | build_fields(
        "planned_date status", lines=Coalesce(Subquery(LINES_OF_ORDER.annotate(n=Count("id")).values("n")), 0)
    ),
    orders={"planned_date": ("planned_date", "id"), "number": ("number",)},
    newest_first=True,
    filters={
        "batch": BATCH_FILTER,
        "status": Filter("status", "its status", choices=tuple(TransferOrder.Status.values)),
        **build_date_filters("planned_date"),
        "text": build_text_filter("number"),
    },
)

TRANSFER_LINES = Listing(
    name="transfer-lines",
    title="Fish that transfer orders move from a placement into a container",
    model=TransferLine,
    fields=build_fields("id order_id", order="order__number", from_placement_id="source_id")
    | build_fields(from_placement="source__name", from_container=build_label(Container, "source__container__"))
    | build_fields(
        to_container_id="container_id", to_container=build_label(Container, "container__"), stage="stage__name"
    )
    | build_fields("count status"),
    orders={"order": ("order_id", "source_id", "container_id")},
    newest_first=True,
    filters={
        "order": build_reference_filter("order_id", TransferOrder, "number", ORDER_HELP),
        "batch": build_subquery_filter(
            "order_id", lambda number: TransferOrder.objects.filter(batch__number=number), BATCH_HELP
        ),
        "container": build_site_name_filter("container_id", Container, "container"),
        "status": Filter("status", "whether the fish have moved", choices=tuple(TransferLine.Status.values)),
    },
)

WEIGHT_SAMPLES = Listing(
    name="weight-samples",
    title="Fish weighed to learn the mean weight of a placement",
    model=WeightSample,
    fields=build_fields("id date")
    | PLACEMENT_FIELDS
    | build_fields("fish_weighed mean_weight_g sd_g mean_length_cm k_factor method selection not_representative"),
    orders=DATE_ORDER,
    newest_first=True,
    filters={
        **PLACEMENT_FILTERS,
        "method": Filter("method", "how they were weighed", choices=("HAND", "CAMERA", "GRADER", "HARVEST")),
        "selection": Filter("selection", "which fish were weighed", choices=("random", "largest", "smallest")),
        "set_aside": Filter(
            lambda excluded: ~Q(not_representative="") if excluded else Q(not_representative=""),
            "whether it was marked as not representative",
            bool,
        ),
        **build_date_filters("date"),
    },
)

WEIGHED_FISH = Listing(
    name="weighed-fish",
    title="Single fish of weight samples",
    model=WeighedFish,
    fields=build_fields("id sample_id", date="sample__date", placement="sample__placement__name")
    | build_fields("position weight_g length_cm"),
    orders={"sample": ("sample_id", "position")},
    newest_first=True,
    filters={
        "sample_id": Filter("sample_id", "the weight sample, by id", int),
        "batch": build_subquery_filter(
            "sample_id", lambda number: WeightSample.objects.filter(placement__batch__number=number), BATCH_HELP
        ),
        "placement": build_subquery_filter(
            "sample_id", lambda name: WeightSample.objects.filter(placement__name=name), "the placement, by name"
        ),
    },
)

FISH_COUNTS = Listing(
    name="fish-counts",
    title="The fish that were counted in a placement at the end of a day",
    model=FishCount,
    fields=build_fields("id date") | PLACEMENT_FIELDS | build_fields("count method note"),
    orders=DATE_ORDER,
    newest_first=True,
    filters={
        **PLACEMENT_FILTERS,
        "method": Filter("method", "how they were counted", choices=tuple(FishCount.Method.values)),
        **build_date_filters("date"),
    },
)

HARVEST_GRADES = Listing(
    name="harvest-grades",
    title="Fish of one grade in a harvest",
    model=HarvestGrade,
    fields=build_fields("id date")
    | PLACEMENT_FIELDS
    | build_fields("grade lot count gutted_kg", harvest_id="movement_id"),
    orders=DATE_ORDER,
    newest_first=True,
    filters={
        **PLACEMENT_FILTERS,
        "grade": Filter("grade", "the grade"),
        "lot": Filter("lot", "the number of the lot"),
        **build_date_filters("date"),
    },
)

PHOTOS = Listing(
    name="photos",
    title="Photos of records, without their content",
    model=Photo,
    fields=build_fields("id date kind at size")
    | build_fields("container_id", "store_id", container=build_label(Container, "container__"), store="store__name"),
    orders=DATE_ORDER,
    newest_first=True,
    filters={
        "kind": Filter("kind", "the records that they show", choices=tuple(Photo.Kind.values)),
        "container_id": Filter("container_id", "the container, by id", int),
        **build_date_filters("date"),
    },
)

LISTS = (
    *(STAGES, BATCHES, PLACEMENTS, MOVEMENTS, TRANSFER_ORDERS),
    *(TRANSFER_LINES, WEIGHT_SAMPLES, WEIGHED_FISH, FISH_COUNTS, HARVEST_GRADES, PHOTOS),
)
