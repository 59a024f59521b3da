"""The ledger, with its corrections."""

from grilse.exchange.columns import PackageColumn, PackageTable

# A correction's number in the file; the fingerprint takes what it replaces instead.
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
# The content of what a row replaces, and of what that replaced, down to the first.
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
    database_table="stock_movement",
    columns=(
        PackageColumn(
            name="date",
            kind="date",
            description="the day",
            sql="x.date",
            field="date",
            presence="filled",
            refuse_future=True,
        ),
        PackageColumn(
            name="kind",
            kind="choice",
            choices=("STOCKING", "TRANSFER", "MORTALITY", "CULL", "ESCAPE", "HARVEST", "SALE", "COUNT_CORRECTION"),
            description="STOCKING has only a target, TRANSFER both sides, COUNT_CORRECTION either, the others only"
            " a source",
            sql="x.kind",
            field="kind",
            presence="filled",
        ),
        PackageColumn(
            name="from_placement",
            kind="reference",
            references="placements",
            description="the source: the fish leave it (its start ≤ date ≤ its end)",
            sql="s.name",
            field="source_id",
            presence="present",
        ),
        PackageColumn(
            name="to_placement",
            kind="reference",
            references="placements",
            description="the target: the fish come to it (its start ≤ date < its end)",
            sql="t.name",
            field="target_id",
            presence="present",
        ),
        PackageColumn(
            name="count",
            kind="integer",
            description="fish; 0 only in a row that replaces another (a withdrawal)",
            sql="x.count",
            field="count",
            presence="filled",
            minimum=0,
            maximum=2_147_483_647,
        ),
        PackageColumn(
            name="mean_weight_g",
            kind="number",
            description="their mean weight, g, where it was measured",
            sql="x.mean_weight_g",
            field="mean_weight_g",
            exclusive_minimum=0,
            maximum=1e6,
        ),
        PackageColumn(
            name="weight_method",
            kind="text",
            max_length=12,
            description="how it was measured",
            sql="x.weight_method",
            field="weight_method",
        ),
        PackageColumn(
            name="fish_weighed",
            kind="integer",
            description="how many fish were weighed",
            sql="x.fish_weighed",
            field="fish_weighed",
            minimum=0,
            maximum=2_147_483_647,
        ),
        PackageColumn(
            name="cause",
            kind="text",
            max_length=40,
            description="the cause, of a death",
            sql="x.cause",
            field="cause",
            fingerprint_sql="x.cause || x.reason",
        ),
        PackageColumn(
            name="order",
            kind="reference",
            references="orders",
            description="the transfer order",
            sql="o.number",
            field="order_id",
        ),
        PackageColumn(
            name="ref",
            kind="text",
            max_length=40,
            description="a name of the row in this file; only rows that `replaces` names need one",
            sql="own.ref",
            fingerprint_sql="",
        ),
        PackageColumn(
            name="replaces",
            kind="text",
            max_length=40,
            description="the `ref` of the row that this one corrects; both stay",
            sql="older.ref",
            fingerprint_sql="old.content",
        ),
        PackageColumn(
            name="reason",
            kind="text",
            max_length=200,
            description="why it corrects or withdraws another",
            sql="x.reason",
            field="reason",
            fingerprint_sql="",
        ),
    ),
)
