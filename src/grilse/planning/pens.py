"""The pens with fish on a group's last day."""

from dataclasses import dataclass

import numpy as np

from grilse.growth.estimating.groups import NamedGroup
from grilse.growth.estimating.read import EstimationInputs
from grilse.science.arrays import Indices, Mask

Ids = Indices


@dataclass(frozen=True, kw_only=True, slots=True)
class ActivePens:
    """Placements of a group with fish in them, shape (k,)."""

    day: int
    """The group's last day, days since 1970."""
    position: Ids
    """In the group."""
    batch: Ids
    """Position of the batch in the group."""
    stage: Ids
    sea: Mask
    placement: Ids
    container: Ids
    area: Ids
    """-1 on land."""
    hall: Ids
    """-1 at sea."""
    geography: Ids


def select_pens(known: EstimationInputs, named: NamedGroup, standing: Ids) -> ActivePens:
    """Return the pens at the given positions in the group."""
    ids, placements = named.placements[standing], known.placements
    order = np.argsort(placements["placement"])
    row = order[np.searchsorted(placements["placement"], ids, sorter=order)]
    of_group = named.group.placements
    return ActivePens(
        day=int(named.group.rows.day.max()),
        position=standing,
        batch=of_group.batch[standing],
        stage=of_group.stage[standing],
        sea=of_group.sea[standing],
        placement=ids,
        container=placements["container"][row],
        area=placements["area"][row],
        hall=placements["hall"][row],
        geography=placements["geography"][row],
    )
