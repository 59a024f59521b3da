"""Parameters as data: one TOML file per subject; each value has a unit, a source and a status."""

import tomllib
from dataclasses import fields
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

Priors = TypeVar("Priors")
STATUSES = ("published", "fitted", "rule of practice", "chosen")


@cache
def load_entries(name: str) -> dict[str, Any]:
    """Return the complete entries of a file, such as ``"growth"``; raises FileNotFoundError if there is none.

    An entry is a table with ``value``, ``unit``, ``source`` and ``status``; any other table is a group of entries.
    """
    return tomllib.loads((files(__package__) / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def load_parameters(name: str) -> dict[str, Any]:
    """Return the values of a file by key, in the units that it states; groups are nested. Shared: do not change it."""
    return _extract_values(load_entries(name))


def load_priors(priors: type[Priors], name: str) -> Priors:
    """Return a frozen data class filled with the values of a file whose keys are its fields."""
    values = load_parameters(name)
    # Ranges are lists in the file and tuples in a frozen class.
    return priors(
        **{
            field.name: tuple(value) if isinstance(value := values[field.name], list) else value
            for field in fields(priors)  # type: ignore[arg-type]  # a data class
        }
    )


def _extract_values(table: dict[str, Any]) -> dict[str, Any]:
    return {key: entry["value"] if "value" in entry else _extract_values(entry) for key, entry in table.items()}
