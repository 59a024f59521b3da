"""The ledger, with its corrections."""

from grilse.exchange.columns import Column, PackageTable

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
    about="The ledger. A population is the sum of the rows that nothing replaces; a closed placement sums to"
    " zero and none is negative on any day.",
    key=(),
    order=("date", "kind", "from_placement", "to_placement", "count", "mean_weight_g", "cause"),
    source=f"{SIDES} {NUMBERED.format('own', 'x.id')} {NUMBERED.format('older', 'x.replaces_id')}",
    hashed_source=SIDES + REPLACED,
    written="stock_movement",
    columns=(
        Column(
            name="date",
            kind="date",
            about="the day",
            sql="x.date",
            field="date",
            presence="filled",
            happened=True,
        ),
        Column(
            name="kind",
            kind="choice",
            choices=(
                "STOCKING",
                "TRANSFER",
                "MORTALITY",
                "CULL",
                "ESCAPE",
                "HARVEST",
                "SALE",
                "COUNT_CORRECTION",
            ),
            about="STOCKING has only a target, TRANSFER both sides, COUNT_CORRECTION either, the others only"
            " a source",
            sql="x.kind",
            field="kind",
            presence="filled",
        ),
        Column(
            name="from_placement",
            kind="reference",
            to="placements",
            about="the source: the fish leave it (its start ≤ date ≤ its end)",
            sql="s.name",
            field="source_id",
            presence="present",
        ),
        Column(
            name="to_placement",
            kind="reference",
            to="placements",
            about="the target: the fish come to it (its start ≤ date < its end)",
            sql="t.name",
            field="target_id",
            presence="present",
        ),
        Column(
            name="count",
            kind="integer",
            about="fish; 0 only in a row that replaces another (a withdrawal)",
            sql="x.count",
            field="count",
            presence="filled",
            least=0,
            most=2_147_483_647,
        ),
        Column(
            name="mean_weight_g",
            kind="number",
            about="their mean weight, g, where it was measured",
            sql="x.mean_weight_g",
            field="mean_weight_g",
            above=0,
            most=1e6,
        ),
        Column(
            name="weight_method",
            kind="text",
            longest=12,
            about="how it was measured",
            sql="x.weight_method",
            field="weight_method",
        ),
        Column(
            name="fish_weighed",
            kind="integer",
            about="how many fish were weighed",
            sql="x.fish_weighed",
            field="fish_weighed",
            least=0,
            most=2_147_483_647,
        ),
        Column(
            name="cause",
            kind="text",
            longest=40,
            about="the cause, of a death",
            sql="x.cause",
            field="cause",
            hashed="x.cause || x.reason",
        ),
        Column(
            name="order",
            kind="reference",
            to="orders",
            about="the transfer order",
            sql="o.number",
            field="order_id",
        ),
        Column(
            name="ref",
            kind="text",
            longest=40,
            about="a name of the row in this file; only rows that `replaces` names need one",
            sql="own.ref",
            hashed="",
        ),
        Column(
            name="replaces",
            kind="text",
            longest=40,
            about="the `ref` of the row that this one corrects; both stay",
            sql="older.ref",
            hashed="old.content",
        ),
        Column(
            name="reason",
            kind="text",
            longest=200,
            about="why it corrects or withdraws another",
            sql="x.reason",
            field="reason",
            hashed="",
        ),
    ),
)
