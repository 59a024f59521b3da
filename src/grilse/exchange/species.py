"""Species and stages by the names that packages use."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.exchange.limits import listed
from grilse.exchange.rows import Rows

QUERY = (
    "SELECT p.name, p.id, s.name, s.id, s.min_weight_g, s.max_weight_g FROM stock_species p"
    ' LEFT JOIN stock_stage s ON s.species_id = p.id ORDER BY p.name, s."order"'
)


@dataclass(slots=True)
class Species:
    """A species' id, and its stages by name: their ids and the weights usual in them, g."""

    id: int
    stages: dict[str, tuple[int, float, float]]


def known_species(connection: Connection[Any]) -> dict[str, Species]:
    """Return the species by name; one statement."""
    found: dict[str, Species] = {}
    for name, key, stage, stage_key, lightest, heaviest in connection.execute(QUERY):
        species = found.setdefault(name, Species(key, {}))
        if stage is not None:
            species.stages[stage] = (stage_key, lightest, heaviest)
    return found


@dataclass(frozen=True, slots=True)
class Resolved:
    """The ids that names of species and stages stand for, row by row."""

    species: NDArray[np.int64]
    planned: NDArray[np.int64]
    placed: NDArray[np.int64]
    usual: NDArray[np.float64]  # (placements, 2) lightest and heaviest usual weight, g


def resolve(tables: Mapping[str, Rows], known: Mapping[str, Species]) -> Resolved:
    """Resolve species and stages; blame the names that no species or stage has."""
    batches, placements = tables["batches"], tables["placements"]
    of_batch = [known.get(name) for name in batches["species"].tolist()]
    unknown = [row for row, species in enumerate(of_batch) if species is None]
    named = [row for row in unknown if batches["species"][row]]
    batches.blame(named, "species", f"unknown species ({listed(list(known))})")
    planned = stages(tables["plan_stages"], of_batch)
    placed = stages(placements, of_batch)
    return Resolved(
        np.array([species.id if species else -1 for species in of_batch], np.int64),
        np.array([stage[0] for stage in planned], np.int64),
        np.array([stage[0] for stage in placed], np.int64),
        np.array([stage[1:] for stage in placed], np.float64).reshape(-1, 2),
    )


NONE = (-1, 0.0, np.inf)


def stages(rows: Rows, of_batch: list[Species | None]) -> list[tuple[int, float, float]]:
    """Return the stage of each row; blame the names that its species does not have."""
    found = []
    for row, (name, batch) in enumerate(zip(rows["stage"].tolist(), rows["batch"].tolist(), strict=True)):
        species = of_batch[batch] if batch >= 0 else None
        if species and name and name not in species.stages:
            rows.blame([row], "stage", f"unknown stage ({listed(list(species.stages))})")
        found.append(species.stages.get(name, NONE) if species else NONE)
    return found
