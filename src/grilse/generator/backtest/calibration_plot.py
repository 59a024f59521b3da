"""Draws how often intervals hold the truth."""

from pathlib import Path

import numpy as np

from grilse.errors import GrilseError
from grilse.generator.backtest.totals import ANSWERS, QUANTITIES, BacktestTotals
from grilse.science.accuracy import LEVELS

TITLES = {"known": "as known on the day", "hindsight": "in hindsight"}
SHOWN_LEVELS = np.arange(10, LEVELS)


def draw_calibration(totals: BacktestTotals, path: Path) -> None:
    """One panel an answer, one line a quantity: truths inside the central intervals of 10 to 99 %."""
    try:
        from matplotlib import use as use_backend
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        raise GrilseError("--plot needs matplotlib: pip install 'grilse[plot]'") from None
    use_backend("Agg")
    figure = Figure(figsize=(9, 4.6), layout="constrained")
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
    try:
        figure.savefig(path)
    except (OSError, ValueError) as error:
        raise GrilseError(f"{path}: the plot cannot be written: {error}") from error
