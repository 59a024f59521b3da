"""What fish are thought to weigh: a room above estimates it, capacity asks for it."""

from collections.abc import Callable, Collection
from datetime import date

WeightProvider = Callable[[Collection[int], date], dict[int, float]]

_providers: list[WeightProvider] = []


def register_weight_provider(provider: WeightProvider) -> None:
    """Have a function asked for the mean weights, g, of placements on a day, those that it knows."""
    _providers.append(provider)


def read_known_weights(placements: Collection[int], day: date) -> dict[int, float]:
    """Return what the fish of placements weigh on a day, g, where it is known; one statement."""
    weights: dict[int, float] = {}
    for provider in _providers:
        weights |= provider(placements, day)
    return weights
