"""The ledger, with its corrections."""

from grilse.exchange.columns import PackageColumn, PackageTable
from grilse.stock import messages
from grilse.stock.models import Movement

# The number of a corrected row in the file; the fingerprint uses the replaced content instead.
NUMBERED = (
    "LEFT JOIN (SELECT m.id, row_number() OVER (PARTITION BY m.company_id ORDER BY m.date, m.kind,"
    ' s.name COLLATE "C", t.name COLLATE "C", m.count, m.mean_weight_g, m.id)::text AS ref'
    " FROM stock_movement m LEFT JOIN stock_placement s ON s.id = m.source_id"
    " LEFT JOIN stock_placement t ON t.id = m.target_id"
    " WHERE m.replaces_id IS NOT NULL OR m.id IN (SELECT replaces_id FROM stock_movement)) {0}"
    " ON {0}.id = {1}"
)
SIDES = (
    "stock_movement x LEFT JOIN stock_placement s ON s.id = x.source_id"
    " LEFT JOIN stock_placement t ON t.id = x.target_id LEFT JOIN stock_transferorder o ON o.id = x.order_id"
)
# The content of the row that a row replaces, and of the rows replaced before, down to the first.
REPLACED = (
    " LEFT JOIN (WITH RECURSIVE replaced (id, content) AS ("
    "SELECT m.id, hash_record_extended(ROW(m.date, m.kind, s.name, t.name, m.count, m.mean_weight_g), 0)"
    " FROM stock_movement m LEFT JOIN stock_placement s ON s.id = m.source_id"
    " LEFT JOIN stock_placement t ON t.id = m.target_id"
    " WHERE m.replaces_id IS NULL AND m.id IN (SELECT replaces_id FROM stock_movement)"
    " UNION ALL"
    " SELECT m.id, hash_record_extended("
    "ROW(m.date, m.kind, s.name, t.name, m.count, m.mean_weight_g, r.content), 0)"
    " FROM replaced r JOIN stock_movement m ON m.replaces_id = r.id"
    " LEFT JOIN stock_placement s ON s.id = m.source_id LEFT JOIN stock_placement t ON t.id = m.target_id"
    ") SELECT id, content FROM replaced) old ON old.id = x.replaces_id"
)

MOVEMENTS = PackageTable(
    name="movements",
    description="The ledger. A population is the sum of the rows that nothing replaces; a closed placement sums to"
    " zero and none is negative on any day.",
    key=(),
    sort_columns=("date", "kind", "from_placement", "to_placement", "count", "mean_weight_g", "cause"),
    source=f"{SIDES} {NUMBERED.format('own', 'x.id')} {NUMBERED.format('older', 'x.replaces_id')}",
    fingerprint_source=SIDES + REPLACED,
    model=Movement,
    columns=(
        PackageColumn("date", "the day", refuse_future=True),
        PackageColumn(
            "kind", "STOCKING has only a target, TRANSFER both sides, COUNT_CORRECTION either, the others only a source"
        ),
        PackageColumn(
            "from_placement",
            "the source: the fish leave it (its start ≤ date ≤ its end)",
            field="source",
            sql="s.name",
            presence="present",
            references="placements",
        ),
        PackageColumn(
            "to_placement",
            "the target: the fish come to it (its start ≤ date < its end)",
            field="target",
            sql="t.name",
            presence="present",
            references="placements",
        ),
        PackageColumn("count", "fish; 0 only in a row that replaces another (a withdrawal)"),
        PackageColumn("mean_weight_g", "their mean weight, g, where it was measured", maximum=messages.MAX_WEIGHT_G),
        PackageColumn("weight_method", "how it was measured"),
        PackageColumn("fish_weighed", "how many fish were weighed"),
        PackageColumn("cause", "the cause, of a death", fingerprint_sql="x.cause || x.reason"),
        PackageColumn("order", "the transfer order", sql="o.number", references="orders"),
        PackageColumn(
            "ref",
            "a name of the row in this file; only rows that `replaces` names need one",
            kind="text",
            sql="own.ref",
            max_length=40,
            fingerprint_sql="",
        ),
        PackageColumn(
            "replaces",
            "the `ref` of the row that this one corrects; both stay",
            joined_model=Movement,
            kind="text",
            sql="older.ref",
            max_length=40,
            fingerprint_sql="old.content",
        ),
        PackageColumn("reason", "why it corrects or withdraws another", fingerprint_sql=""),
    ),
)
