"""Positions of the components of the joint state in its vector."""

from dataclasses import dataclass
from functools import cache

FISH_UNIT = 1e5
"""Unit of fish counts in the state, so that its components are of similar size."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StateLayout:
    """Order of the state of b batches and k active placements.

    Of each batch: growth multiplier, unrecorded loss, feed conversion, and the company's catch bias as estimated from
    its records. Of each placement: cube root of weight (g^(1/3)), growth multiplier (its batch's and its own
    together), catch bias, and fish beyond the ledger's (in units of `FISH_UNIT`).
    """

    batches: int
    pens: int
    batch_multiplier: slice
    """Of the batches."""
    unrecorded_loss: slice
    """Share of the fish that a life loses unrecorded."""
    feed_conversion: slice
    """Feed per gain over the typical, less 1."""
    company_bias: slice
    """Catch bias of every sample, estimated separately in batches that are not tied yet."""
    shared: int
    """Number of components that do not belong to a placement."""
    root: slice
    pen_multiplier: slice
    """Growth multiplier of the placements."""
    pen_bias: slice
    """Catch bias of the placements."""
    count_offset: slice
    size: int
    """Length of the vector."""


@cache
def build_layout(batches: int, pens: int) -> StateLayout:
    """Return the layout of some batches and placements."""
    shared = 4 * batches
    root, pen, bias, fish = (slice(shared + i * pens, shared + (i + 1) * pens) for i in range(4))
    return StateLayout(
        batches=batches,
        pens=pens,
        batch_multiplier=slice(0, batches),
        unrecorded_loss=slice(batches, 2 * batches),
        feed_conversion=slice(2 * batches, 3 * batches),
        company_bias=slice(3 * batches, 4 * batches),
        shared=shared,
        root=root,
        pen_multiplier=pen,
        pen_bias=bias,
        count_offset=fish,
        size=shared + 4 * pens,
    )
