"""How many findings are open on each of many days of the history in the database, by kind, as a report.

Run it as: python benchmarks/findings.py [DAYS [STEP]]
It looks at every STEP-th (7th) of the last DAYS (728) days of the largest company, with the default thresholds, and
writes benchmarks/findings.md. A day is judged by what its records and those before it say, with two exceptions: states
are those in hindsight, and tickets are left out, whose times are not those of the records.
"""

import os
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import psycopg

from grilse.project.schema import open_database

REPORT = Path(__file__).with_suffix(".md")
LARGEST_COMPANY = "SELECT company_id FROM stock_batch GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
ORDINARY = (5, 25)
"""Open findings that a company of about 61 active batches is to have on an ordinary day."""


def main() -> None:
    """Judge the days and write the report."""
    open_database()
    from grilse.access.tenancy import tenant_transaction

    days, step = (int(argument) for argument in (sys.argv[1:] + ["728", "7"][len(sys.argv) - 1 :])[:2])
    with psycopg.connect(os.environ["DATABASE_URL"]) as owner:
        [company] = owner.execute(LARGEST_COMPANY).fetchone()
    with tenant_transaction(company):
        counts, batches = count_findings(days, step)
    REPORT.write_text("\n".join(describe(counts, batches)) + "\n")
    print(REPORT.read_text())


def count_findings(days: int, step: int) -> tuple[dict[date, Counter[str]], list[int]]:
    """Return the open findings of each day by kind, and the active batches of each day."""
    from grilse.attention.inputs import find_records_day, read_inputs
    from grilse.attention.kinds import raise_findings
    from grilse.attention.models import Kind
    from grilse.attention.mortality_bands import compute_bands, read_pen_weeks
    from grilse.attention.thresholds import Thresholds

    last, weeks = find_records_day(), read_pen_weeks()
    assert last is not None
    counts, batches = {}, []
    for back in range(0, days, step):
        day = last - timedelta(days=back)
        inputs = read_inputs(day, datetime.combine(day, datetime.min.time(), UTC), compute_bands(weeks, day))
        raised = raise_findings(inputs, Thresholds({}))
        counts[day] = Counter(finding.kind for finding in raised if finding.kind != Kind.LATE_TICKET)
        batches.append(len({pen.batch for pen in inputs.history.pens}))
    return counts, batches


def describe(counts: dict[date, Counter[str]], batches: list[int]) -> list[str]:
    """Return the lines of the report."""
    totals = np.array([counter.total() for counter in counts.values()])
    inside = 100 * np.mean((totals >= ORDINARY[0]) & (totals <= ORDINARY[1]))
    about = (
        f"`python benchmarks/findings.py`: {len(counts)} days from {min(counts)} to {max(counts)} of the reference"
        f" history, {np.median(batches):.0f} active batches on the median day. With the default thresholds"
        f" {inside:.0f} % of the days have {ORDINARY[0]} to {ORDINARY[1]} open findings."
    )
    lines = [
        "# Open findings on the days of a history",
        "",
        about,
        "",
        "| kind | lowest | 10 % | median | 90 % | highest | days with any |",
        "|---|---|---|---|---|---|---|",
    ]
    kinds = sorted({kind for counter in counts.values() for kind in counter})
    for name, numbers in [
        ("**all**", totals),
        *((kind, np.array([c[kind] for c in counts.values()])) for kind in kinds),
    ]:
        quantiles = np.quantile(numbers, [0, 0.1, 0.5, 0.9, 1])
        shares = " | ".join(f"{value:.0f}" for value in quantiles)
        lines.append(f"| {name} | {shares} | {100 * np.mean(numbers > 0):.0f} % |")
    return lines


if __name__ == "__main__":
    main()
