"""Draws how often the intervals of estimates contain the truth."""

from pathlib import Path

import numpy as np

from grilse.generator.backtest.totals import ANSWERS, QUANTITIES, BacktestTotals
from grilse.generator.plotting import create_figure, save_figure
from grilse.science.accuracy import LEVELS

TITLES = {"known": "as known on the day", "hindsight": "in hindsight"}
SHOWN_LEVELS = np.arange(10, LEVELS)


def draw_calibration(totals: BacktestTotals, path: Path) -> None:
    """Draw the share of truths inside the central intervals of 10 to 99 %: one panel an answer, one line a quantity."""
    figure = create_figure(9, 4.6)
    panels = figure.subplots(1, len(ANSWERS), sharey=True)
    needed = totals.by_stage.sum(axis=2)
    inside = 100.0 * np.cumsum(needed, axis=-1) / np.maximum(needed.sum(axis=-1, keepdims=True), 1)
    for a, (panel, answer) in enumerate(zip(panels, ANSWERS, strict=True)):
        panel.plot([0, 100], [0, 100], color="grey", linewidth=0.8, linestyle="--", label="as it should be")
        for q, quantity in enumerate(QUANTITIES):
            panel.plot(SHOWN_LEVELS, inside[a, q, SHOWN_LEVELS], label=quantity, linewidth=1.8)
        panel.set(title=TITLES[answer], xlabel="central interval, %", xlim=(0, 100), ylim=(0, 100), aspect="equal")
        panel.grid(alpha=0.3)
    panels[0].set_ylabel("truths inside it, % of placement-days")
    panels[0].legend(loc="upper left", fontsize="small")
    save_figure(figure, path)
