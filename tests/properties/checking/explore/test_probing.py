"""What the numpy search does with fingerprints, beside the plain way to do it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from seatrial.properties.checking.explore.probing import firsts

HALVES = st.integers(0, 3)


@given(st.lists(st.tuples(HALVES, HALVES)))
def test_a_fingerprint_is_first_where_no_equal_one_comes_before(fingerprints: list[tuple[int, int]]) -> None:
    """Both halves count, also where many share their first halves."""
    lows, highs = np.array(fingerprints, np.uint64).reshape(-1, 2).T
    expected = [at for at, each in enumerate(fingerprints) if each not in fingerprints[:at]]
    assert expected == firsts(lows, highs).tolist()


@given(st.lists(HALVES))
def test_numbers_of_64_bits_are_first_by_themselves(numbers: list[int]) -> None:
    """Without second halves the first ones are all there is."""
    expected = [at for at, each in enumerate(numbers) if each not in numbers[:at]]
    assert expected == firsts(np.array(numbers, np.uint64)).tolist()
