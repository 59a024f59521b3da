"""What is chosen about a company's staff, as data."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def chosen() -> dict[str, Any]:
    """Return all of it; the file explains each."""
    return tomllib.loads((files(__package__) / "staff.toml").read_text(encoding="utf-8"))
