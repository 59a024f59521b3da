"""The tables and sentences that `grilse plan` prints."""

from collections.abc import Iterator
from pathlib import Path

from rich.table import Table

from grilse.cli.output import build_table, render_tables
from grilse.generator.schedule.scheduler import Schedule
from grilse.generator.schedule.spacing import get_site_kind
from grilse.generator.schedule.utilisation import WorldUse, describe_sites


def format_plan(schedule: Schedule, utilisation: WorldUse, output: Path | None) -> str:
    """Return tables of the use by month and by stage, and sentences about the plan."""
    tables = _build_month_table(utilisation), _build_stage_table(utilisation)
    return render_tables(*tables, *_iter_sentences(schedule, utilisation, output))


def _build_stage_table(utilisation: WorldUse) -> Table:
    figures = ("Places", "In use,\nmean", "\nmost", "Re-\nserved", "Site-\ndays", "Container-\ndays", "Last\nday")
    table = build_table("Use by stage, whole history", "Geography", "Stage", *figures, left=2)
    for stage in utilisation.stages:
        table.add_row(
            stage.geography,
            stage.stage,
            f"{stage.places} {get_site_kind(stage.order)}s",
            f"{stage.average:.1f}",
            str(stage.most),
            str(stage.reserved),
            f"{stage.saturation:.0%}",
            f"{stage.containers:.0%}",
            str(stage.last_day),
        )
    return table


def _build_month_table(utilisation: WorldUse) -> Table:
    table = build_table("Site-days in use by month, %", "Month", left=1, padding=(0, 0, 0, 1))
    for stage in utilisation.stages:
        table.add_column(f"{stage.code}\n{stage.stage}", justify="right", overflow="fold")
    for month in utilisation.stages[0].months:
        shares = (f"{100 * stage.months[month]:.0f}" for stage in utilisation.stages)
        table.add_row(month, *shares, end_section=month.endswith("-12"))
    return table


def _iter_sentences(schedule: Schedule, utilisation: WorldUse, output: Path | None) -> Iterator[str]:
    plan, worst = schedule.plan, utilisation.bottleneck
    pens = [len(batch.stages[-1].containers) for batch in plan.batches]
    shares = " + ".join(f"{count} {geography}" for geography, count in utilisation.batches.items())
    yield (
        f"{len(plan.batches)} batches ({shares}), {utilisation.first} to {utilisation.until}:"
        f" {utilisation.years:.1f} years, "
        f"a batch every {schedule.stagger} days, {min(pens)} to {max(pens)} pens a batch."
    )
    yield (
        f"On the last day, at the usual harvest age: {utilisation.harvested_batches} harvested, "
        f"{utilisation.count_active_batches(at_sea=True)} at sea,"
        f" {utilisation.count_active_batches(at_sea=False)} on land."
    )
    yield (
        f"In use, mean of all days: {utilisation.compute_share(at_sea=True):.0%} of area-days, "
        f"{utilisation.compute_share(at_sea=False):.0%} of hall-days, {utilisation.container_share:.0%} of"
        f" container-days."
    )
    yield (
        f"Bottleneck: {describe_sites(worst)}, {worst.most} of {worst.places} in use at most ({worst.peak_share:.0%}), "
        f"{worst.reserved} reserved."
    )
    if schedule.note:
        yield f"Note: {schedule.note}."
    yield f"Written to {output}." if output else "Not written; -o FILE writes it."
