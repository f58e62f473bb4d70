"""Makes a counterexample short: leaves out actions while the property is still broken.

A candidate is followed leniently: an action that is no longer possible is left out too, with all that depended on it.
Chunks of halving size are tried from the end, again and again, until no single action can go. For liveness the stem
is shortened and the fair suffix is run anew, deterministically.
"""

from functools import partial
from random import Random

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster
from seatrial.model.run import Run
from seatrial.properties.checking.fair import fails_at_end, run_fairly
from seatrial.properties.checking.replay import confirm
from seatrial.properties.checking.verdict import Counterexample
from seatrial.properties.property import EVENTUALLY, STEP, Property

Actions = tuple[Action, ...]
LONGEST_SUFFIX = 5_000


def shrink(initial: Cluster, prop: Property, found: Counterexample, *, most_tries: int = 2_000) -> Counterexample:
    """A counterexample to the same property that is no longer, and as a rule much shorter."""
    follow = partial(follow_liveness if prop.kind == EVENTUALLY else follow_safety, initial, prop)
    best = follow(found.actions[: found.stem]) or found
    tries = 0
    size = max(best.stem // 2, 1)
    while tries < most_tries:
        before = best.stem
        for start in range(max(best.stem - size, 0), -1, -size):
            stem = best.actions[: best.stem]
            candidate = follow(stem[:start] + stem[start + size:])
            tries += 1
            if candidate is not None and candidate.stem < best.stem:
                best = candidate
        if best.stem == before and size == 1:
            break
        size = max(size // 2, 1)
    confirm(initial, prop, best)
    return best


def follow_safety(initial: Cluster, prop: Property, actions: Actions) -> Counterexample | None:
    """Takes what can be taken, up to the first violation; None when there is none."""
    run = Run(initial)
    for action in actions:
        if not run.can(action):
            continue
        before = run.cluster
        run.take(action)
        said = prop.predicate(before, action, run.cluster) if prop.kind == STEP else (
            prop.predicate(run.cluster) if prop.concerns(run.written) else None)
        if said:
            taken = tuple(run.actions)
            return Counterexample(prop.name, taken, said, len(taken))
    return None


def follow_liveness(initial: Cluster, prop: Property, stem: Actions) -> Counterexample | None:
    """Takes what can be taken of the stem, then runs fairly; None when the goal is reached and kept."""
    run = Run(initial)
    for action in stem:
        if run.can(action):
            run.take(action)
    taken = len(run.actions)
    suffix = run_fairly(run, Random(0), LONGEST_SUFFIX, lambda _: None)  # noqa: S311 -- a search, not a secret
    said = fails_at_end(prop.predicate, initial, run, suffix)
    return Counterexample(prop.name, tuple(run.actions), said, taken, suffix.loop) if said else None

