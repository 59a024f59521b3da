"""Species and stages by the names that packages use."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.exchange.column_limits import join_names
from grilse.exchange.rows import TableRows

QUERY = (
    "SELECT p.name, p.id, s.name, s.id, s.min_weight_g, s.max_weight_g FROM stock_species p"
    ' LEFT JOIN stock_stage s ON s.species_id = p.id ORDER BY p.name, s."order"'
)


@dataclass(slots=True)
class SpeciesStages:
    """A species' id, and its stages by name: their ids and typical weights, g."""

    id: int
    stages: dict[str, tuple[int, float, float]]


def read_species(connection: Connection[Any]) -> dict[str, SpeciesStages]:
    """Return the species by name; one statement."""
    species_by_name: dict[str, SpeciesStages] = {}
    for name, key, stage, stage_key, lightest, heaviest in connection.execute(QUERY):
        species = species_by_name.setdefault(name, SpeciesStages(key, {}))
        if stage is not None:
            species.stages[stage] = (stage_key, lightest, heaviest)
    return species_by_name


@dataclass(frozen=True, slots=True)
class ResolvedSpecies:
    """The ids of the named species and stages, row by row."""

    species: NDArray[np.int64]
    planned_stages: NDArray[np.int64]
    placed_stages: NDArray[np.int64]
    typical_weights: NDArray[np.float64]  # (placements, 2) lowest and highest typical weight, g


def resolve_species(tables: Mapping[str, TableRows], known: Mapping[str, SpeciesStages]) -> ResolvedSpecies:
    """Resolve species and stages; report unknown names."""
    batches, placements = tables["batches"], tables["placements"]
    of_batch = [known.get(name) for name in batches["species"].tolist()]
    unknown = [row for row, species in enumerate(of_batch) if species is None]
    named = [row for row in unknown if batches["species"][row]]
    batches.add_problems(named, "species", f"unknown species ({join_names(list(known))})")
    planned = resolve_stages(tables["plan_stages"], of_batch)
    placed = resolve_stages(placements, of_batch)
    return ResolvedSpecies(
        np.array([species.id if species else -1 for species in of_batch], np.int64),
        np.array([stage[0] for stage in planned], np.int64),
        np.array([stage[0] for stage in placed], np.int64),
        np.array([stage[1:] for stage in placed], np.float64).reshape(-1, 2),
    )


NO_STAGE = (-1, 0.0, np.inf)


def resolve_stages(rows: TableRows, of_batch: list[SpeciesStages | None]) -> list[tuple[int, float, float]]:
    """Return the stage of each row; report names that its species does not have."""
    resolved_stages = []
    for row, (name, batch) in enumerate(zip(rows["stage"].tolist(), rows["batch"].tolist(), strict=True)):
        species = of_batch[batch] if batch >= 0 else None
        if species and name and name not in species.stages:
            rows.add_problems([row], "stage", f"unknown stage ({join_names(list(species.stages))})")
        resolved_stages.append(species.stages.get(name, NO_STAGE) if species else NO_STAGE)
    return resolved_stages
