"""A path through rows, one Action after the other: in Python, for the few paths that somebody wants to see."""

from collections.abc import Iterator

from seatrial.model.actions import Action
from seatrial.properties.checking.explore.layout import Code
from seatrial.properties.checking.explore.situations import Situations


def enabled_in(known: Situations, row: list[Code]) -> list[tuple[int, int]]:
    """The Actions that a row offers, by number, each with its outcome, in the order of the compiled loop."""
    row = known.derived(row)
    return [(action, known.learn(known.action_trie[action], row))
            for anchor, trie in zip(tuple(known.anchors), tuple(known.offer_trie), strict=True)
            if anchor < len(row) and row[anchor]
            for (action,) in known.offers.at(known.learn(trie, row))]


def after(known: Situations, row: list[Code], outcome: int) -> list[Code]:
    """The row after an outcome."""
    row = [*row, *[0] * (len(known.layout) - len(row))]
    found = list(row)
    for slot, code in known.writes.at(outcome):
        found[slot] = code if code >= 0 else row[-1 - code]
    return found


def walk(known: Situations, ordinals: Iterator[int]) -> list[Action]:
    """The Actions of a path that is given by the place of each among those enabled."""
    row, taken = known.first_row(), []
    for ordinal in ordinals:
        action, outcome = enabled_in(known, row)[ordinal]
        taken.append(known.actions[action])
        row = after(known, row, outcome)
    return taken
