"""What `grilse plan` prints for people."""

import shutil
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from grilse.generator.schedule import Schedule
from grilse.generator.spacing import place
from grilse.generator.utilisation import Use, in_words

NARROWEST = 100  # columns of text, for tables that nothing cuts


def describe(made: Schedule, use: Use, output: Path | None) -> str:
    """The use of the world by month and by stage, then the plan in a few sentences."""
    text = StringIO()
    console = Console(file=text, width=max(NARROWEST, shutil.get_terminal_size().columns), highlight=False)
    console.print(_by_month(use))
    console.print(_by_stage(use))
    for line in _sentences(made, use, output):
        console.print(line, markup=False, soft_wrap=True)
    return text.getvalue().rstrip("\n")


def _by_stage(use: Use) -> Table:
    table = Table(title="Use by stage, whole history", title_justify="left", box=SIMPLE_HEAD)
    for name in ("Geography", "Stage"):
        table.add_column(name, no_wrap=True)
    for name in (
        "Places",
        "In use,\nmean",
        "\nmost",
        "Re-\nserved",
        "Site-\ndays",
        "Container-\ndays",
        "Last\nday",
    ):
        table.add_column(name, justify="right", no_wrap=True)
    for stage in use.stages:
        table.add_row(
            stage.geography,
            stage.stage,
            f"{stage.places} {place(stage.order)}s",
            f"{stage.average:.1f}",
            str(stage.most),
            str(stage.reserved),
            f"{stage.saturation:.0%}",
            f"{stage.containers:.0%}",
            str(stage.last_day),
        )
    return table


def _by_month(use: Use) -> Table:
    table = Table(
        title="Site-days in use by month, %", title_justify="left", box=SIMPLE_HEAD, padding=(0, 0, 0, 1)
    )
    table.add_column("Month", no_wrap=True)
    for stage in use.stages:
        table.add_column(f"{stage.code}\n{stage.stage}", justify="right", overflow="fold")
    for month in use.stages[0].months:
        shares = (f"{100 * stage.months[month]:.0f}" for stage in use.stages)
        table.add_row(month, *shares, end_section=month.endswith("-12"))
    return table


def _sentences(made: Schedule, use: Use, output: Path | None) -> Iterator[str]:
    plan, worst = made.plan, use.bottleneck
    pens = [len(batch.stages[-1].containers) for batch in plan.batches]
    shares = " + ".join(f"{count} {geography}" for geography, count in use.batches.items())
    yield (
        f"{len(plan.batches)} batches ({shares}), {use.first} to {use.until}: {use.years:.1f} years, "
        f"a batch every {made.stagger} days, {min(pens)} to {max(pens)} pens a batch."
    )
    yield (
        f"On the last day, at the usual harvest age: {use.harvested} harvested, "
        f"{use.standing(at_sea=True)} at sea, {use.standing(at_sea=False)} on land."
    )
    yield (
        f"In use, mean of all days: {use.share(at_sea=True):.0%} of area-days, "
        f"{use.share(at_sea=False):.0%} of hall-days, {use.containers:.0%} of container-days."
    )
    yield (
        f"Bottleneck: {in_words(worst)}, {worst.most} of {worst.places} in use at most ({worst.peak:.0%}), "
        f"{worst.reserved} reserved."
    )
    if made.note:
        yield f"Note: {made.note}."
    yield f"Written to {output}." if output else "Not written; -o FILE writes it."
