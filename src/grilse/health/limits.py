"""Lice limits as dated data, with their sources."""

import tomllib
from importlib import resources
from typing import Any

EVERYWHERE = "*"


def load_limits(geography: str) -> list[dict[str, Any]]:
    """Return the limits of a geography, as rows of `health_licelimit` without their keys."""
    text = resources.files("grilse.health").joinpath("limits.toml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["limit"]
    return [
        {name: value for name, value in row.items() if name != "geography"}
        for row in rows
        if row["geography"] in (EVERYWHERE, geography)
    ]
