"""Draws the pictures of docs/explanation/estimator.md from the generated history and its hidden truth.

Run it as: python benchmarks/pictures.py [FOLDER]
It writes estimator-*.png into docs/images (or FOLDER), prints the figures that the page cites, and changes
nothing in the database. The pen is the middle one of its batch by how much nearer to the truth hindsight is.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from matplotlib import use as use_backend
from matplotlib.axes import Axes
from matplotlib.dates import MonthLocator
from matplotlib.figure import Figure
from numpy.typing import NDArray
from psycopg import Connection
from pulls import NINETY, pulls
from scene import Places, Scene, around, best, but, came, heavier, staged

from grilse.cli.output import show_progress
from grilse.django_setup import connect_django
from grilse.science.estimation import BatchGroup, DailyEstimates, OutlierVerdict, estimate_group
from grilse.science.growth_table import GrowthTable, interpolation_weights, literature_table

IMAGES = Path(__file__).parents[1] / "docs" / "images"
FEW = 5  # batches that have taught a young company
WARMTHS = (6.0, 10.0, 14.0)  # °C
FOREVER = 1 << 30  # days: whenever it was harvested
TRUTH, KNOWN, HINDSIGHT, RECORD, LEDGER = "#222222", "#0072B2", "#D55E00", "#009E73", "#888888"
FLAG = "#CC0000"

Floats = NDArray[np.float64]


def main() -> None:
    """Draw all of them."""
    use_backend("Agg")
    folder = Path(sys.argv[1]) if sys.argv[1:] else IMAGES
    connect_django()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.read_only = True
        scene, company = staged(connection)
        draw_pen(scene, folder / "estimator-pen.png")
        draw_life(scene, folder / "estimator-life.png")
        draw_outlier(scene, folder / "estimator-outlier.png")
        for line in pulls(scene):
            print(line)
        draw_learned(connection, company, folder / "estimator-learned.png")


# --- one pen ---


def draw_pen(scene: Scene, path: Path) -> None:
    """Weight with its samples, then weight and fish as differences from the truth."""
    own, states, true = scene.rows(scene.pen), scene.told.placements, scene.true
    rows = np.flatnonzero(true.has_fish[own]) + own.start
    samples = scene.samples(scene.pen)
    taken, _ = scene.group.rows.find_rows(scene.group.samples.placement[samples], scene.group.samples.day[samples])
    weighed, on = scene.group.samples.mean_weight[samples], dates(scene.group.samples.day[samples])
    date = dates(scene.group.rows.day[rows])
    figure = Figure(figsize=(8.5, 8.2), layout="constrained")
    weight, off, fish = figure.subplots(3, 1, sharex=True, height_ratios=(1.1, 1.2, 1.0))
    two_lines(weight, date, of_weight(states, rows), 1.0 / 1000.0)
    weight.plot(date, true.weight[rows] / 1000.0, color=TRUTH, linewidth=0.9, label="truth")
    weight.plot(on, weighed / 1000.0, "o", color=RECORD, markersize=4, label="hand sample")
    weight.set_ylabel("mean weight, kg")
    two_lines(off, date, of_weight(states, rows), 100.0 / true.weight[rows], 100.0)
    off.plot(on, 100.0 * (weighed / true.weight[taken] - 1.0), "o", color=RECORD, markersize=4)
    off.set_ylabel("mean weight over truth, %")
    two_lines(fish, date, of_fish(states, rows), 100.0 / true.count[rows], 100.0)
    ledger = 100.0 * (states.count[rows] / true.count[rows] - 1.0)
    fish.plot(date, ledger, color=LEDGER, linestyle="--", linewidth=1.2, label="ledger")
    fish.set_ylabel("fish over truth, %")
    for panel in (off, fish):
        panel.axhline(0.0, color=TRUTH, linewidth=0.9)
    for panel in (weight, fish):
        panel.legend(loc="upper left", fontsize="small")
    finish(figure, path)


def of_weight(states: DailyEstimates, rows: Places) -> list[tuple[Floats, Floats]]:
    """Mean weight and SD as known and in hindsight, g."""
    return [
        (states.mean_weight[rows], states.mean_weight_sd[rows]),
        (states.smoothed_weight[rows], states.smoothed_weight_sd[rows]),
    ]


def of_fish(states: DailyEstimates, rows: Places) -> list[tuple[Floats, Floats]]:
    """Fish and SD as known and in hindsight."""
    return [
        (states.count_estimate[rows], states.count_sd[rows]),
        (states.smoothed_count[rows], states.smoothed_count_sd[rows]),
    ]


def two_lines(
    panel: Axes, date: Any, answers: Sequence[tuple[Floats, Floats]], scale: Floats | float, less: float = 0.0
) -> None:
    """Draw both answers with their 90 % intervals, scaled."""
    for (value, sd), color, name in zip(
        answers, (KNOWN, HINDSIGHT), ("as known on the day", "best hindsight"), strict=True
    ):
        low, high = ((value + side * NINETY * sd) * scale - less for side in (-1.0, 1.0))
        panel.fill_between(date, low, high, color=color, alpha=0.2, linewidth=0)
        panel.plot(date, value * scale - less, color=color, linewidth=1.4, label=name)


# --- a life, from egg to harvest ---


def draw_life(scene: Scene, path: Path) -> None:
    """Half the width of the 90 % interval along the way that most fish of the pen came."""
    route = list(reversed(list(came(scene, scene.pen))))
    figure = Figure(figsize=(8.5, 6.0), layout="constrained")
    panels = figure.subplots(2, 1, sharex=True)
    pieces = [np.arange(scene.rows(one).start, scene.rows(one).stop) for one in route]
    rows = np.concatenate(pieces)
    rows = rows[scene.true.has_fish[rows]]
    date, states = dates(scene.group.rows.day[rows]), scene.told.placements
    for panel, answers in zip(panels, (of_weight(states, rows), of_fish(states, rows)), strict=True):
        for (value, sd), color in zip(answers, (KNOWN, HINDSIGHT), strict=True):
            panel.plot(date, 100.0 * NINETY * sd / value, color=color, linewidth=1.4)
        for one in route[1:]:
            moved = dates(scene.group.placements.start[one])
            panel.axvline(moved, color=LEDGER, linewidth=0.8, linestyle=":")
        panel.set_ylim(bottom=0.0)
    panels[0].set_ylabel("mean weight, ± %")
    panels[1].set_ylabel("fish, ± %")
    panels[0].plot([], [], color=KNOWN, label="as known on the day")
    panels[0].plot([], [], color=HINDSIGHT, label="best hindsight")
    panels[0].plot([], [], color=LEDGER, linestyle=":", label="the fish are moved")
    panels[0].legend(loc="upper right", fontsize="small")
    finish(figure, path)


# --- a record that is off ---


def draw_outlier(scene: Scene, path: Path) -> None:
    """One record too heavy by itself, and the same with all later ones heavier too."""
    figure = Figure(figsize=(8.5, 4.2), layout="constrained")
    alone, onward = figure.subplots(1, 2, sharey=True)
    samples = scene.samples(scene.pen)
    at = best(scene, samples)
    draw_answer(alone, scene, heavier(scene, samples[at : at + 1]), int(samples[at]))
    draw_answer(onward, scene, heavier(scene, samples[at:]), int(samples[at]))
    draw_without(alone, scene, int(samples[at]))
    alone.set(title="one record 30 % too heavy", ylabel="mean weight, kg")
    onward.set(title="all records from then on 30 % heavier")
    alone.legend(loc="upper left", fontsize="small")
    finish(figure, path)


def draw_answer(panel: Axes, scene: Scene, group: BatchGroup, sample: int) -> None:
    """Estimate anew and draw the days around a sample, with what was flagged."""
    found, shown = estimate_group(group), around(scene, sample)
    day, samples = group.rows.day[shown], scene.samples(scene.pen)
    two_lines(panel, dates(day), of_weight(found.placements, shown), 1.0 / 1000.0)
    samples = samples[np.isin(group.samples.day[samples], day)]
    weight = group.samples.mean_weight[samples] / 1000.0
    panel.plot(dates(group.samples.day[samples]), weight, "o", color=RECORD, label="hand sample")
    flagged = found.flagged_weights
    here = np.flatnonzero((flagged.record == 0) & np.isin(flagged.position, samples))
    ring: dict[str, Any] = {"markersize": 12, "markerfacecolor": "none", "color": FLAG, "label": "flagged"}
    panel.plot(dates(flagged.day[here]), flagged.measured[here] / 1000.0, "o", **ring)
    for one in here.tolist():
        print(dates(flagged.day[one]), f"{flagged.sigmas[one]:+.1f} SD", OutlierVerdict(flagged.verdict[one]).name)
    panel.xaxis.set_major_locator(MonthLocator(interval=2))


def draw_without(panel: Axes, scene: Scene, sample: int) -> None:
    """Draw the line as known on the day when a sample is set aside."""
    shown = around(scene, sample)
    weight = estimate_group(replace(scene.group, samples=but(scene.group.samples, sample))).placements.mean_weight
    date = dates(scene.group.rows.day[shown])
    panel.plot(date, weight[shown] / 1000.0, "--", color=TRUTH, linewidth=1.0, label="as known, set aside")


# --- what harvests teach ---


def draw_learned(connection: Connection[Any], company: int, path: Path) -> None:
    """TGC at sea: the literature's, after a few harvested batches, and after all."""
    from grilse.growth.learning.examples import gather_examples
    from grilse.growth.learning.run import learn_parameters

    shown = sorted(
        gather_examples(connection, company, FOREVER, workers=2, watch=show_progress), key=lambda one: one.last_day
    )
    few, every = learn_parameters(shown[:FEW]), learn_parameters(shown)
    print(f"learned from {every.batches} batches: catch bias {100 * every.catch_bias.mean:+.2f} %")
    figure = Figure(figsize=(8.5, 3.9), layout="constrained")
    panels = figure.subplots(1, len(WARMTHS), sharey=True)
    for panel, warmth in zip(panels, WARMTHS, strict=True):
        weight = np.linspace(100.0, 6000.0, 200)
        for table, style in (
            (literature_table(), {"color": LEDGER, "linestyle": "--", "label": "literature"}),
            (few.table, {"color": KNOWN, "label": f"after {few.batches} batches"}),
            (every.table, {"color": HINDSIGHT, "label": f"after {every.batches} batches"}),
        ):
            panel.plot(weight / 1000.0, at_sea(table, weight, warmth), linewidth=1.6, **style)
        panel.set(title=f"{warmth:.0f} °C", xlabel="mean weight, kg")
    panels[0].set_ylabel("TGC, g^(1/3) per 1000 degree-days")
    panels[0].legend(loc="lower left", fontsize="small")
    finish(figure, path)


def at_sea(table: GrowthTable, weight: Floats, warmth: float) -> Floats:
    """TGC of a table."""
    over = interpolation_weights(np.cbrt(weight), np.cbrt(table.sea_weight))
    return np.asarray(over @ (interpolation_weights(np.array([warmth]), table.sea_temperature) @ table.sea)[0])


# --- paper ---


def dates(day: Any) -> Any:
    """Dates of days since 1970."""
    return np.asarray(day).astype("datetime64[D]")


def finish(figure: Figure, path: Path) -> None:
    """White paper under it, so that it can be read on a dark page too."""
    for panel in figure.axes:
        panel.grid(alpha=0.3)
        panel.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=100, facecolor="white")
    print(path.name, f"{path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
