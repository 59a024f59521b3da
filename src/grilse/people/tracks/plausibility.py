"""Positions where no phone can have been: no fix, swapped or unsigned coordinates, speeds that no vehicle reaches."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from grilse.people.tracks.geodesy import MAX_ACCURACY_M, Floats, Integers

FAULTS = ("", "no fix", "swapped", "sign lost", "too fast")
"""The fault of a position, by its code; empty where it is plausible."""
PLAUSIBLE, NO_FIX, SWAPPED, SIGN_LOST, TOO_FAST = range(len(FAULTS))
MAX_SPEED_KM_H = {
    "foot": 45.0,  # the fastest 20 m of the 100 m record, 44.7 km/h (Berlin 2009)
    "bicycle": 120.0,  # descents of road races exceed 100 km/h
    "car": 250.0,  # where makers limit their cars; the highest limit on Norwegian roads is 110 km/h
    "boat": 150.0,  # fast rescue and patrol boats reach 60 to 80 knots
    "ferry": 110.0,  # the fastest car ferry in service, 58 knots (Francisco, 2013)
    "other": 1300.0,  # an airliner with the jet stream behind it: 1,290 km/h over ground
    "": 1300.0,  # the mode is unknown, so the journey may be a flight
}
"""The highest speed of each mode of transport, km/h."""
TOLERANCE_M = 2 * MAX_ACCURACY_M
"""Metres that two positions may lie further apart than the speed allows: each may be off by the worst accuracy."""
NEAR_SITE_M, FAR_FROM_SITES_M = 100_000.0, 150_000.0
"""Metres from the closest site: most journeys come nearer than the first, few stay beyond the second."""
EARTH_RADIUS_M = 6_371_008.8  # mean radius (IUGG); distances here decide plausibility only and are off by 0.6 % at most
BLOCK = 64  # earlier positions that are compared at once; twice as many in each further step
Coordinates = Callable[[Floats, Floats], tuple[Floats, Floats]]
MISTAKES: dict[int, tuple[Coordinates, ...]] = {
    SWAPPED: (lambda latitude, longitude: (longitude, latitude),),
    SIGN_LOST: (lambda latitude, longitude: (latitude, -longitude), lambda latitude, longitude: (-latitude, longitude)),
}
"""Usual mistakes, by code: each function undoes one."""


def find_faults(
    journey: Integers, at: Integers, latitude: Floats, longitude: Floats, max_speed_km_h: Floats
) -> Integers:
    """Return the code of the fault of each position, 0 where it is plausible.

    The plausible positions of a journey are its longest chain in which each position can be reached from the one
    before within the speed of the journey; a wrong first or last position is outside of it like one in the middle.

    Parameters
    ----------
    journey : number of the journey of each position; positions are sorted by journey and time.
    at : microseconds since 1970.
    latitude, longitude : degrees, WGS 84.
    max_speed_km_h : highest speed of the position's journey, km/h.

    Returns
    -------
    Codes, positions in `FAULTS`, shape (n,).
    """
    fault = np.where((latitude == 0) & (longitude == 0), NO_FIX, PLAUSIBLE)
    rows = np.flatnonzero(fault == PLAUSIBLE)
    vector, metres = _compute_unit_vectors(latitude, longitude), max_speed_km_h / 3.6e6  # metres a microsecond
    before, after = rows[:-1], rows[1:]
    reach = TOLERANCE_M + metres[after] * (at[after] - at[before])
    is_jump = (journey[before] == journey[after]) & (_compute_arcs(vector[before], vector[after]) > reach)
    for number in np.unique(journey[after[is_jump]]):
        own = rows[np.searchsorted(journey[rows], number) : np.searchsorted(journey[rows], number, side="right")]
        chain = own[_find_longest_chain(vector[own], at[own], metres[own[0]])]
        rest = np.setdiff1d(own, chain)
        fault[rest] = _classify_faults(rest, chain, at, latitude, longitude, metres[own[0]])
    return fault


def find_mirrored_journeys(
    journey: Integers, latitude: Floats, longitude: Floats, sites: tuple[Floats, Floats]
) -> Integers:
    """Return for each position the mistake that all positions of its journey have in common, 0 for none.

    Such positions agree with each other, so that speeds do not tell them: the journey is far from all sites, and near
    one where the mistake is undone.

    Parameters
    ----------
    journey : number of the journey of each position; positions are sorted by journey.
    latitude, longitude : degrees, WGS 84.
    sites : latitudes and longitudes of the company's sites, degrees.

    Returns
    -------
    Codes, positions in `FAULTS`, shape (n,).
    """
    fault = np.full(len(journey), PLAUSIBLE)
    if not len(journey) or not len(sites[0]):
        return fault
    first = np.flatnonzero(np.append(True, journey[1:] != journey[:-1]))
    site = _compute_unit_vectors(*sites)

    def measure_to_sites(latitude: Floats, longitude: Floats) -> Floats:
        cosine = np.max(_compute_unit_vectors(latitude, longitude) @ site.T, axis=1)
        return np.asarray(EARTH_RADIUS_M * np.arccos(np.clip(np.maximum.reduceat(cosine, first), -1, 1)))

    is_far = measure_to_sites(latitude, longitude) > FAR_FROM_SITES_M
    size = np.diff(np.append(first, len(journey)))
    for code, mistakes in MISTAKES.items():
        for undo in mistakes:
            is_mirrored = is_far & (measure_to_sites(*undo(latitude, longitude)) < NEAR_SITE_M)
            fault[np.repeat(is_mirrored, size) & (fault == PLAUSIBLE)] = code
    return fault


def _find_longest_chain(vector: Floats, at: Integers, speed: float) -> Integers:
    """Return the longest sequence of positions in which each is reachable from the one before; of equals, the first.

    Most positions are reachable from the one directly before, which ends the search at once.
    """
    length, previous = np.ones(len(at), np.int64), np.full(len(at), -1)
    longest = np.ones(len(at), np.int64)  # of the positions up to each
    for i in range(1, len(at)):
        last, size = i, BLOCK
        while last > 0 and longest[last - 1] >= length[i]:
            block = slice(max(last - size, 0), last)
            reach = TOLERANCE_M + speed * (at[i] - at[block])
            candidates = np.where(_compute_arcs(vector[block], vector[i]) <= reach, length[block], 0)[::-1]
            best = int(candidates.argmax())
            if candidates[best] >= length[i]:
                length[i], previous[i] = candidates[best] + 1, last - 1 - best
            last, size = block.start, 2 * size
        longest[i] = max(longest[i - 1], length[i])
    chain = [int(length.argmax())]
    while previous[chain[-1]] >= 0:
        chain.append(int(previous[chain[-1]]))
    return np.array(chain[::-1])


def _classify_faults(
    rest: Integers, chain: Integers, at: Integers, latitude: Floats, longitude: Floats, speed: float
) -> Integers:
    """Return the fault of positions outside the chain: the mistake whose undoing puts them into it, else the speed."""
    place = np.searchsorted(chain, rest)
    fault = np.full(len(rest), TOO_FAST)
    for code, mistakes in MISTAKES.items():
        for undo in mistakes:
            vector = _compute_unit_vectors(*undo(latitude[rest], longitude[rest]))
            fits = np.ones(len(rest), np.bool_)
            for offset in (-1, 0):  # the plausible position before, and the one after
                exists = (place + offset >= 0) & (place + offset < len(chain))
                near = chain[np.clip(place + offset, 0, len(chain) - 1)]
                reach = TOLERANCE_M + speed * np.abs(at[rest] - at[near])
                fits &= ~exists | (
                    _compute_arcs(vector, _compute_unit_vectors(latitude[near], longitude[near])) <= reach
                )
            fault[fits & (fault == TOO_FAST)] = code
    return fault


def _compute_unit_vectors(latitude: Floats, longitude: Floats) -> Floats:
    """Return positions as unit vectors from the centre of the Earth, shape (n, 3)."""
    phi, theta = np.radians(latitude), np.radians(longitude)
    return np.stack([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)], axis=-1)


def _compute_arcs(vector: Floats, other: Floats) -> NDArray[np.float64]:
    """Return the distance along the sphere between unit vectors, metres."""
    chord = np.linalg.norm(vector - other, axis=-1)
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.minimum(chord / 2, 1.0)))
