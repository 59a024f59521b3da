"""Thresholds of the rules: the defaults of rules.toml, and what a company sets in their place."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import numpy as np

from grilse.attention.models import AlertRule, Kind
from grilse.science.arrays import Floats, Mask

SETTINGS = ("active", "threshold", "severe", "horizon_days")


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleDefaults:
    """The defaults of a kind of finding."""

    title: str
    unit: str
    """Of the figure."""
    threshold: float | None = None
    """None where a company has to set one before findings are raised."""
    severe: float | None = None
    """None where no finding of the kind is severe."""
    horizon_days: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class KindThresholds:
    """Thresholds of a kind for n subjects, each array of shape (n,)."""

    active: Mask
    threshold: Floats
    """NaN where none is set."""
    severe: Floats
    horizon_days: Floats

    @property
    def longest_horizon(self) -> int:
        """The most days that any subject is looked ahead."""
        return int(self.horizon_days.max(initial=0))


@cache
def load_defaults() -> Mapping[str, RuleDefaults]:
    """Return the defaults by kind, in the order of the file."""
    text = resources.files("grilse.attention").joinpath("rules.toml").read_text(encoding="utf-8")
    return MappingProxyType({kind: RuleDefaults(**values) for kind, values in tomllib.loads(text).items()})


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The thresholds of a company."""

    rows: Mapping[tuple[str, int | None], Mapping[str, Any]]
    """What the company sets, by kind and geography."""

    def select(self, kind: Kind, geographies: Sequence[int | None]) -> KindThresholds:
        """Return the thresholds of a kind for subjects in geographies."""
        known = {geography: self._find(kind, geography) for geography in set(geographies)}
        columns = {
            name: np.array([known[geography][name] for geography in geographies], dtype=np.float64)
            for name in ("threshold", "severe", "horizon_days")
        }
        return KindThresholds(
            active=np.array([known[geography]["active"] for geography in geographies], dtype=np.bool_), **columns
        )

    def _find(self, kind: Kind, geography: int | None) -> dict[str, Any]:
        defaults = load_defaults()[kind]
        values: dict[str, Any] = {
            "active": True,
            "threshold": defaults.threshold,
            "severe": np.inf if defaults.severe is None else defaults.severe,
            "horizon_days": defaults.horizon_days,
        }
        row = self.rows.get((kind, geography)) or self.rows.get((kind, None)) or {}
        return values | {name: value for name, value in row.items() if value is not None}


def read_thresholds() -> Thresholds:
    """Return the thresholds of the company; one statement."""
    rows = AlertRule.objects.values("kind", "geography_id", *SETTINGS)
    return Thresholds({(row["kind"], row["geography_id"]): {name: row[name] for name in SETTINGS} for row in rows})
