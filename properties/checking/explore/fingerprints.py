"""Random-looking numbers for what a slot holds; those of a state, all taken together, are its fingerprint."""

from collections.abc import Sequence

import numpy as np

from seatrial.properties.checking.explore.kernels import DERIVED

WORD = (1 << 64) - 1


def mix(slot: int, code: int) -> int:
    """A random-looking 64-bit number for (slot, code): SplitMix64's finisher."""
    x = (slot * 0x9E3779B97F4A7C15 + code * 0xD1B54A32D192ED03) & WORD
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & WORD
    return x ^ (x >> 31)


def widen(z: int) -> int:
    """The second half of a 128-bit number whose first half is z, as `kernels.widen`."""
    z = ((z ^ (z >> 29)) * 0xFF51AFD7ED558CCD) & WORD
    return z ^ (z >> 32)


def fingerprint(row: Sequence[int]) -> tuple[int, int]:
    """The fingerprint of a row of codes: empty slots count for nothing."""
    low = high = 0
    for slot in range(DERIVED, len(row)):
        if row[slot]:
            z = mix(slot, row[slot])
            low, high = low ^ z, high ^ widen(z)
    return low, high


def numbered(slots: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """For each (slot, code) both halves of its 128-bit number, as `mix` and `widen` have them; 0 for an empty slot."""
    x = slots.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    x += codes.astype(np.uint64) * np.uint64(0xD1B54A32D192ED03)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return np.where((codes == 0)[:, None], np.uint64(0), np.stack([x, widened(x)], axis=1))


def widened(z: np.ndarray) -> np.ndarray:
    """`widen` of each number."""
    z = (z ^ (z >> np.uint64(29))) * np.uint64(0xFF51AFD7ED558CCD)
    return z ^ (z >> np.uint64(32))
