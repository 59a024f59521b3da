"""Where each part of the joint state stands in its vector."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """Order of the state of b batches and k placements that stand.

    Of each batch: growth multiplier, unrecorded loss, feed conversion. Of the company: catch bias. Of each
    placement: cube root of weight (g^(1/3)), growth multiplier (its batch's times its own, to first order the
    sum), catch bias, and fish beyond the ledger's (in units of `FISH`).
    """

    batches: int
    pens: int

    @property
    def multiplier(self) -> slice:
        """Of the batches."""
        return slice(0, self.batches)

    @property
    def loss(self) -> slice:
        """Part of the fish that a life loses unrecorded."""
        return slice(self.batches, 2 * self.batches)

    @property
    def conversion(self) -> slice:
        """Feed per gain over the usual, less 1."""
        return slice(2 * self.batches, 3 * self.batches)

    @property
    def company(self) -> int:
        """Catch bias of every sample."""
        return 3 * self.batches

    @property
    def shared(self) -> int:
        """Number of the parts that do not belong to a placement."""
        return 3 * self.batches + 1

    @property
    def root(self) -> slice:
        """Cube root of weight."""
        return slice(self.shared, self.shared + self.pens)

    @property
    def pen(self) -> slice:
        """Growth multiplier of the placements."""
        return slice(self.root.stop, self.root.stop + self.pens)

    @property
    def bias(self) -> slice:
        """Catch bias of the placements."""
        return slice(self.pen.stop, self.pen.stop + self.pens)

    @property
    def fish(self) -> slice:
        """Fish beyond the ledger's."""
        return slice(self.bias.stop, self.bias.stop + self.pens)

    @property
    def size(self) -> int:
        """Length of the vector."""
        return self.shared + 4 * self.pens


FISH = 1e5
"""Unit in which the state counts fish, so that its parts are of like size."""
