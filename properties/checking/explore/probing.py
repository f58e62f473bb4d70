"""The table of fingerprints, searched and filled for many at once: the same table that the compiled loops keep."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
ONE = np.uint64(1)


def never_zero(lows: Array) -> Array:
    """The first halves of fingerprints as the table has them, where 0 is an empty place."""
    return np.maximum(lows, ONE)


def first_places(keys: Array, wide: bool, lows: Array) -> Array:  # noqa: FBT001 -- as the compiled loops have it
    """Where the search for each fingerprint begins, as `kernels.first_place`."""
    half = len(keys) >> 1
    at = ((lows ^ (lows >> np.uint64(32))) << np.uint64(wide)) & np.uint64(half - 1)
    return (at + (lows >> np.uint64(63)) * np.uint64(half)).astype(np.int64)


def find(keys: Array, wide: bool, lows: Array, highs: Array) -> Array:  # noqa: FBT001
    """Where each fingerprint is in the table, or the empty place where it should be."""
    lows, half = never_zero(lows), len(keys) >> 1
    places = first_places(keys, wide, lows)
    left = elsewhere(keys, wide, places, lows, highs)
    while len(left):
        at = places[left]
        at = ((at + (2 if wide else 1)) & (half - 1)) | (at & half)
        places[left] = at
        left = left[elsewhere(keys, wide, at, lows[left], highs[left] if wide else highs)]
    return places


def elsewhere(keys: Array, wide: bool, places: Array, lows: Array, highs: Array) -> Array:  # noqa: FBT001
    """Which of the fingerprints have another one in their place?"""
    there = keys[places]
    if not wide:
        return np.flatnonzero((there != 0) & (there != lows))
    return np.flatnonzero((there != 0) & ((there != lows) | (keys[places + 1] != highs)))


def is_held(keys: Array, wide: bool, lows: Array, highs: Array) -> Array:  # noqa: FBT001
    """Which fingerprints are in the table?"""
    found: Array = keys[find(keys, wide, lows, highs)] != 0
    return found


def fill(keys: Array, wide: bool, index: Array, lows: Array, highs: Array, numbers: Array) -> None:  # noqa: FBT001, PLR0917
    """Adds fingerprints that are not in the table, each once; of two that want one place the later takes it first."""
    lows = never_zero(lows)
    left = np.arange(len(lows))
    while len(left):
        at = find(keys, wide, lows[left], highs[left] if wide else highs)
        keys[at] = lows[left]
        if wide:
            keys[at + 1] = highs[left]
        if len(index):
            index[at >> wide] = numbers[left]
        lost = keys[at] != lows[left]
        if wide:
            lost |= keys[at + 1] != highs[left]
        left = left[lost]


def firsts(lows: Array, highs: Array | None = None) -> Array:
    """The places, in order, at which each value is for the first time."""
    if not len(lows):
        return np.zeros(0, np.int64)
    order = np.argsort(lows, kind="stable")
    begins = begins_of(lows[order])
    if highs is not None and (begins_of(highs[order]) & ~begins).any():  # two that differ in their second halves alone
        order = np.lexsort((highs, lows))
        begins = begins_of(lows[order]) | begins_of(highs[order])
    found: Array = np.sort(order[begins])
    return found


def begins_of(values: Array) -> Array:
    """Which values differ from the one before?"""
    return np.concatenate([[True], values[1:] != values[:-1]])
