"""`grilse bench`: measures the main jobs on this machine, as ratios of one run."""

from statistics import median
from typing import Annotated

import typer

from grilse.cli.options import Json, Workers, count_cores, open_database
from grilse.cli.output import print_note, print_result

app = typer.Typer()


@app.command("bench")
def run_benchmark(
    workers: Workers = None,
    repeats: Annotated[int, typer.Option(min=1, help="Number of runs; the result is the median.")] = 5,
    as_json: Json = False,
) -> None:
    """Measure loading, estimating and correcting with the history of the database."""
    open_database()
    from grilse.bench.estimation_cost import measure_batch_cost, measure_correction_cost, measure_estimation_cost
    from grilse.bench.load_cost import measure_load_costs
    from grilse.bench.projection_cost import measure_projection_cost

    worker_count = workers or count_cores()
    # Loading is last, because the server still writes its data to disk afterwards.
    corrected = measure_correction_cost()
    batch_timing = measure_batch_cost(repeats)
    grown = measure_estimation_cost(worker_count)
    projected, projection_seconds = measure_projection_cost(worker_count)
    load = bare = 0.0
    for cost in measure_load_costs(worker_count):
        print_note(f"{cost.table:32} {cost.rows:>10,} rows  {cost.load:6.2f} s  bare {cost.bare:6.2f} s")
        load, bare = load + cost.load, bare + cost.bare
    facts = {
        "load_ratio": round(load / bare, 2),
        "grow_ratio": round(grown.grow / grown.bare, 2),
        "grow_seconds": round(grown.grow, 2),
        "batch_ms": round(1000 * median(batch_timing.seconds), 1),
        "batch_statements": batch_timing.statements,
        "projected_batches": projected,
        "project_seconds": round(projection_seconds, 2),
        "correction_ms": round(1000 * median(corrected.seconds), 1),
        "correction_p95_ms": round(1000 * corrected.p95_seconds, 1),
        "correction_ratio": round(median(corrected.seconds) / median(corrected.bare), 1),
    }
    text = (
        f"load / bare COPY {facts['load_ratio']}; all states {facts['grow_seconds']} s,"
        f" / bare COPY {facts['grow_ratio']}; one batch ({batch_timing.batch}, {batch_timing.days} days)"
        f" {facts['batch_ms']} ms, {batch_timing.statements} statements; one correction ({corrected.states:,} states)"
        f" {facts['correction_ms']} ms, p95 {facts['correction_p95_ms']} ms,"
        f" / bare COPY {facts['correction_ratio']}; {projected} active batches projected"
        f" {facts['project_seconds']} s"
    )
    print_result(facts, text, as_json)
