"""Makes and saves figures with matplotlib, which is an optional dependency."""

from pathlib import Path
from typing import TYPE_CHECKING

from grilse.errors import GrilseError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def create_figure(width: float, height: float) -> "Figure":
    """Return an empty figure of a size in inches."""
    try:
        from matplotlib import use as use_backend
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        raise GrilseError("--plot needs matplotlib: pip install 'grilse[plot]'") from None
    use_backend("Agg")
    return Figure(figsize=(width, height), layout="constrained")


def save_figure(figure: "Figure", path: Path) -> None:
    """Write a figure to a file in the format of its suffix."""
    try:
        figure.savefig(path)
    except (OSError, ValueError) as error:
        raise GrilseError(f"{path}: the plot cannot be written: {error}") from error
