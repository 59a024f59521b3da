"""Where each part of the joint state stands in its vector."""

from dataclasses import dataclass
from functools import cache

FISH_UNIT = 1e5
"""Unit in which the state counts fish, so that its parts are of like size."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StateLayout:
    """Order of the state of b batches and k placements that stand.

    Of each batch: growth multiplier, unrecorded loss, feed conversion, and the company's catch bias as its
    own records tell it. Of each placement: cube root of weight (g^(1/3)), growth multiplier (its batch's and
    its own together), catch bias, and fish beyond the ledger's (in units of `FISH_UNIT`).
    """

    batches: int
    pens: int
    batch_multiplier: slice
    """Of the batches."""
    unrecorded_loss: slice
    """Part of the fish that a life loses unrecorded."""
    feed_conversion: slice
    """Feed per gain over the usual, less 1."""
    company_bias: slice
    """Catch bias of every sample; batches that are not tied yet know nothing of each other's."""
    shared: int
    """Number of the parts that do not belong to a placement."""
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
    """Lay out the state of some batches and placements."""
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
