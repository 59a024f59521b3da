"""Derive the Scottish sea climatology from a farm package of weekly temperatures.

    python benchmarks/derive_climate.py PACKAGE

PACKAGE is a folder with `environment.csv` and `placements.csv` (tests/packages/scottish-pens, unpacked).
Least squares: temperature = farm offset + two harmonics over the day of year; the mean of the offsets is
the mean of the climatology, their SD the spread between sites. What is left over is the anomaly: its SD
and its correlation from week to week. The numbers printed are those in
src/grilse/science/parameters/climate.toml, which is the only place that is read at run time.
"""

import csv
import sys
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

YEAR = 365.25


def weekly_means(package: Path) -> dict[str, dict[date, float]]:
    """Mean temperature by farm and day, all pens of the farm together."""
    sums: dict[str, dict[date, list[float]]] = {}
    with (package / "environment.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if row["temperature_c"]:
                farm = row["container"].rsplit("-pen-", 1)[0]
                day = date.fromisoformat(row["at"][:10])
                sums.setdefault(farm, {}).setdefault(day, []).append(float(row["temperature_c"]))
    return {farm: {day: float(np.mean(v)) for day, v in sorted(days.items())} for farm, days in sums.items()}


def harmonics(days: list[date]) -> NDArray[np.float64]:
    angle = 2 * np.pi * np.array([day.timetuple().tm_yday for day in days]) / YEAR
    return np.column_stack([np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)])


def weekly_correlation(residuals: dict[str, dict[date, float]]) -> float:
    """Correlation of the anomaly with that of seven days before, pooled over farms."""
    pairs = [
        (value, series[day.fromordinal(day.toordinal() - 7)])
        for series in residuals.values()
        for day, value in series.items()
        if day.fromordinal(day.toordinal() - 7) in series
    ]
    now, before = np.array(pairs).T
    return float((now * before).mean() / np.sqrt((now**2).mean() * (before**2).mean()))


def main() -> None:
    means = weekly_means(Path(sys.argv[1]))
    farms = sorted(means)
    days = [day for farm in farms for day in means[farm]]
    observed = np.array([value for farm in farms for value in means[farm].values()])
    member = np.array([[farm == other for other in farms] for farm in farms for _ in means[farm]], dtype=float)
    design = np.hstack([member, harmonics(days)])
    fit, *_ = np.linalg.lstsq(design, observed, rcond=None)
    left = observed - design @ fit
    values = iter(left)
    residuals = {farm: {day: float(next(values)) for day in means[farm]} for farm in farms}
    offsets = fit[: len(farms)]
    freedom = len(observed) - design.shape[1]
    print(f"farms {dict(zip(farms, offsets.round(3).tolist(), strict=True))}, {len(observed)} farm-weeks")
    print(f"mean {offsets.mean():.3f}")
    print(f"harmonics {fit[len(farms) :].round(3).tolist()}")
    print(f"site_offset_sd {offsets.std(ddof=1):.3f}")
    print(f"anomaly_sd {np.sqrt((left**2).sum() / freedom):.3f}")
    print(f"anomaly_weekly_correlation {weekly_correlation(residuals):.3f}")
    calendar = [date(2019, month, 15) for month in range(1, 13)]
    print("months", (offsets.mean() + harmonics(calendar) @ fit[len(farms) :]).round(1).tolist())


if __name__ == "__main__":
    main()
