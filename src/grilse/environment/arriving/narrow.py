"""Rows that name their parameter, made as wide as the others."""

from typing import Any

import numpy as np

from grilse.environment.arriving.parts import NARROW, Fields, Part
from grilse.environment.arriving.refusals import Fault, shown
from grilse.environment.arriving.wording import NOTHING, wrong
from grilse.environment.parameters import PARAMETERS


def widened(part: Part, faults: list[Fault]) -> dict[str, Fields]:
    """Return a column a parameter, also of rows that name theirs."""
    wide = {name: part.columns[name] for name in PARAMETERS if name in part.columns}
    if not part.columns.keys() & set(NARROW):
        return wide
    rows = len(part.number)
    named = _plain(part.columns.get("parameter", [None] * rows))
    values = _plain(part.columns.get("value", [None] * rows))
    faults.extend(
        wrong(part, row, "parameter", named[row], _unnamed(named[row]))
        for row in range(rows)
        if not _is_named(named[row], values[row])
    )
    nothing = ["" if part.text else None] * rows
    for name in set(filter(_is_parameter, named)):
        others = wide.get(name, nothing)
        wide[name] = [
            value if which == name else other
            for which, value, other in zip(named, values, others, strict=True)
        ]
    return wide


def _plain(fields: Fields) -> list[Any]:
    return fields.tolist() if isinstance(fields, np.ndarray) else fields


def _is_parameter(name: object) -> bool:
    return type(name) is str and name in PARAMETERS


def _is_named(name: object, value: object) -> bool:
    """Tell whether a value has its parameter, or there is neither."""
    # A value that is not itself is NaN.
    return _is_parameter(name) or (name in NOTHING and (value in NOTHING or value != value))


def _unnamed(name: object) -> str:
    listed = ", ".join(PARAMETERS)
    if name in NOTHING:
        return f"name the parameter of the value: one of {listed}"
    return f"{shown(name)} is no parameter: it is one of {listed}"
