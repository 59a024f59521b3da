"""Draws how far a plan uses its world, by month."""

from pathlib import Path

from grilse.generator.plotting import create_figure, save_figure
from grilse.generator.schedule.capacity import get_site_kind
from grilse.generator.schedule.utilisation import WorldUse
from grilse.generator.world.rules import STAGES


def plot_use(use: WorldUse, path: Path) -> None:
    """Draw the share of site-days in use by month: one panel a geography, one line a stage."""
    geographies = list(dict.fromkeys(stage.geography for stage in use.stages))
    figure = create_figure(10, 1 + 2.8 * len(geographies))
    panels = figure.subplots(len(geographies), 1, sharex=True, squeeze=False)[:, 0]
    for panel, geography in zip(panels, geographies, strict=True):
        for stage in use.stages:
            if stage.geography == geography:
                panel.plot(
                    list(stage.months),
                    [100 * share for share in stage.months.values()],
                    label=f"{stage.stage}: {stage.places} {get_site_kind(stage.order)}s",
                    linewidth=2.2 if stage.order == STAGES else 1.2,
                )
        panel.set(title=geography, ylabel="in use, % of site-days", ylim=(0, 100))
        panel.grid(alpha=0.3)
        panel.legend(loc="upper left", fontsize="small", ncols=2)
    months = len(use.stages[0].months)
    panels[-1].set_xticks(range(0, months, max(1, months // 12)))
    panels[-1].tick_params(axis="x", rotation=45)
    save_figure(figure, path)
