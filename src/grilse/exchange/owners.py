"""Whose a row is: the batch's whose record it is, or the feed of a site's."""

from dataclasses import dataclass

BATCH, STORE = "batch", "store"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a table's rows are: SQL of the owner's name, and the joins that lead to it."""

    kind: str
    name: str
    joins: str = ""
    source: str = ""  # instead of the table's own, where another order of joins is much faster


OF_PLACEMENT = Owner(BATCH, "b.number", "JOIN stock_batch b ON b.id = p.batch_id")
SITE = "coalesce(h.name, a.name)"
OF_CONTAINER = Owner(
    STORE,
    SITE,
    "JOIN farm_container c ON c.id = p.container_id LEFT JOIN farm_hall h ON h.id = c.hall_id"
    " LEFT JOIN farm_area a ON a.id = c.area_id",
)
OWNERS = {
    "batches": Owner(BATCH, "x.number"),
    "plan_stages": Owner(BATCH, "b.number"),
    "placements": Owner(BATCH, "b.number"),
    "orders": Owner(BATCH, "b.number"),
    "movements": Owner(BATCH, "b.number", "JOIN stock_batch b ON b.id = coalesce(s.batch_id, t.batch_id)"),
    "weights": OF_PLACEMENT,
    "harvest_grades": OF_PLACEMENT,
    "lice": OF_PLACEMENT,
    "treatments": OF_PLACEMENT,
    "health_samples": OF_PLACEMENT,
    # What was measured while fish of the batch stood there, found by the key of the readings.
    "environment": Owner(
        BATCH,
        "b.number",
        source="stock_placement p JOIN stock_batch b ON b.id = p.batch_id"
        " JOIN farm_container c ON c.id = p.container_id JOIN environment_reading x"
        " ON x.container_id = p.container_id AND x.at >= p.start::timestamp AT TIME ZONE 'UTC'"
        " AND x.at < coalesce(p.stop, 'infinity')::timestamp AT TIME ZONE 'UTC'",
    ),
    "feed_lots": Owner(
        STORE, SITE, "LEFT JOIN farm_hall h ON h.id = fs.hall_id LEFT JOIN farm_area a ON a.id = fs.area_id"
    ),
    "meals": OF_CONTAINER,
    "draws": OF_CONTAINER,
}
