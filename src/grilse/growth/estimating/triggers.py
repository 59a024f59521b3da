"""Estimate batches again when their records change."""

from collections.abc import Mapping
from datetime import date

from grilse.access.tenancy import lift_geography_limit
from grilse.bulk.copy import read_columns
from grilse.stock.changes import get_locked_batches, get_psycopg_connection

# A generic plan fits all batches; planning for each costs more than it saves.
FORCE_GENERIC_PLAN = "SET LOCAL plan_cache_mode = force_generic_plan"
DEPENDENT_BATCHES = "SELECT DISTINCT company_id, batch_id FROM stock_placement WHERE id = ANY(%(placements)s)"


def reestimate_batches(changed: Mapping[int, date]) -> None:
    """Estimate the batches of placements, and those tied to them, in the transaction of the change.

    Estimates start on the first day, whatever day changed, because smoothing changes earlier days too.
    """
    # Imported late: every process registers this function, and most never call it.
    from grilse.growth.estimating.run import estimate_batches

    connection = get_psycopg_connection()
    # An estimate uses all fish of a batch, also those that the editor may not see.
    with lift_geography_limit():
        connection.execute(FORCE_GENERIC_PLAN)
        rows = read_columns(
            connection, DEPENDENT_BATCHES, {"company_id": "int8", "batch_id": "int8"}, {"placements": list(changed)}
        )
        depending: dict[int, list[int]] = {}
        for company, batch in zip(rows["company_id"].tolist(), rows["batch_id"].tolist(), strict=True):
            depending.setdefault(company, []).append(batch)
        for company, batches in depending.items():
            estimate_batches(connection, company, sorted(batches), held=get_locked_batches())
