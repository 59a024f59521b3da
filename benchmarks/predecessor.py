"""A batch of the predecessor: how long its states take, and how far they stand from its samples.

Run on a database into which the package has been imported; writes predecessor.md beside this file.
"""

import os
import time
from pathlib import Path
from statistics import median

import psycopg

from grilse.project.schema import open_database

NUMBER = "FAR-2023-001"
REPEATS = 7

# A sample is evidence of the state before it: the state of its own day has seen it.
ERRORS = """
SELECT g."order", g.name, count(*), 100 * avg(abs(s.mean_weight_g / w.mean_weight_g - 1)),
       100 * avg(abs(b.mean_weight_g / w.mean_weight_g - 1)),
       100 * avg(w.sd_g / sqrt(w.fish_weighed) / w.mean_weight_g)
  FROM stock_weightsample w
  JOIN stock_placement p ON p.id = w.placement_id
  JOIN stock_stage g ON g.id = p.stage_id
  JOIN growth_dailystate s ON s.placement_id = p.id AND s.date = w.date
  JOIN growth_dailystate b ON b.placement_id = p.id AND b.date = w.date - 1
 WHERE p.batch_id = %s
 GROUP BY 1, 2 ORDER BY 1
"""

HEAD = """# A batch of the predecessor

{number}: Grilse reads, estimates and writes {states:,} daily states in {ms:.0f} ms (median of {repeats}, warm
process); the predecessor took 158.9 s, and 32.4 s with its bulk engine.

Mean absolute difference of the estimated mean weight from the samples' means, beside the samples' own
standard error (SD / √n): on the sample's day, and on the day before, which does not know the sample.

| stage | samples | on the day | the day before | standard error of a sample |
|---|---|---|---|---|
"""


def main() -> None:
    """Measure, and write the page."""
    open_database()
    from grilse.growth.estimating.run import estimate_batches

    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        found = connection.execute("SELECT company_id, id FROM stock_batch WHERE number = %s", [NUMBER]).fetchone()
        if found is None:
            raise SystemExit(f"{NUMBER} is not there: grilse import the package first")
        seconds = []
        for _ in range(REPEATS):
            begun = time.perf_counter()
            states = estimate_batches(connection, found[0], [found[1]]).states
            connection.commit()
            seconds.append(time.perf_counter() - begun)
        rows = connection.execute(ERRORS, [found[1]]).fetchall()
    page = HEAD.format(number=NUMBER, states=states, ms=1000 * median(seconds), repeats=REPEATS)
    page += "".join(
        f"| {name} | {n:,} | {on:.1f} % | {before:.1f} % | {se:.1f} % |\n" for _, name, n, on, before, se in rows
    )
    page += "\nMade by `python benchmarks/predecessor.py` on the package imported by `grilse import`.\n"
    Path(__file__).with_suffix(".md").write_text(page)
    print(page)


if __name__ == "__main__":
    main()
