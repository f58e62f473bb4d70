"""Percentages, fenceposts and proportional scaling: arithmetic of the Deployment controller, for all values."""

from functools import partial

import attrs

from seatrial.model.controllers.deployment_scaling import (
    allowed_size,
    at_least_one_fencepost,
    get_replica_set_fraction,
    scale_proportionally,
)
from seatrial.model.meta.intstr import scale_percentage
from seatrial.properties.checking.symbolic.arithmetic import Lemma
from seatrial.properties.checking.symbolic.proof import Proof
from seatrial.properties.checking.symbolic.system import Clause
from seatrial.properties.checking.verdict import VIOLATED

FUNCTIONS = "the model's functions"


@attrs.frozen
class Shares:
    """A Deployment whose bounds are percentages."""

    desired: int
    surge_percent: int
    unavailable_percent: int


def surge(s: Shares) -> int:
    """Pods above."""
    return scale_percentage(s.surge_percent, s.desired, round_up=True)


def unavailable(s: Shares) -> int:
    """Pods below, after the fenceposts."""
    return at_least_one_fencepost(surge(s), scale_percentage(s.unavailable_percent, s.desired, round_up=False))


DESIRED = Clause("desired >= 1", lambda s: s.desired >= 1)
VALID = Clause("0 <= maxSurge, 0 <= maxUnavailable <= 100 %",
               lambda s: s.surge_percent >= 0 and 0 <= s.unavailable_percent <= 100)
ANY = Clause("0 <= maxSurge, 0 <= maxUnavailable", lambda s: s.surge_percent >= 0 and s.unavailable_percent >= 0)
UP = Clause("rounded up: the least number of pods that is no smaller than the share",
            lambda s: 100 * surge(s) >= s.surge_percent * s.desired > 100 * (surge(s) - 1))
DOWN = Clause("rounded down: the greatest number of pods that is no greater than the share",
              lambda s: 100 * scale_percentage(s.unavailable_percent, s.desired, round_up=False)
              <= s.unavailable_percent * s.desired
              < 100 * (scale_percentage(s.unavailable_percent, s.desired, round_up=False) + 1))
NEAREST = Clause("maxSurge is rounded to the nearest number of pods",
                 lambda s: abs(100 * surge(s) - s.surge_percent * s.desired) <= 50)
STEPS = Clause("maxSurge + maxUnavailable >= 1", lambda s: surge(s) + unavailable(s) >= 1)
MOST = Clause("0 <= maxUnavailable <= desired", lambda s: 0 <= unavailable(s) <= s.desired)
EXACT = Clause("maxSurge + maxUnavailable <= desired", lambda s: surge(s) + unavailable(s) <= s.desired)


# Proportional scaling.


@attrs.frozen
class Scaling:
    """Five ReplicaSets, the largest first, by how much each should grow to keep its share, and what there is to add."""

    sizes: tuple[int, int, int, int, int]
    fractions: tuple[int, int, int, int, int]
    to_add: int


def scaled(s: Scaling) -> tuple[int, ...]:
    """The new sizes."""
    return scale_proportionally(s.sizes, s.fractions, s.to_add)


SORTED = Clause("the largest first, and no fraction takes more than there is",
                lambda s: s.sizes[0] >= s.sizes[1] >= s.sizes[2] >= s.sizes[3] >= s.sizes[4] >= 0
                and all(size + fraction >= 0 for size, fraction in zip(s.sizes, s.fractions, strict=True)))
GROWS = Clause("replicas are to be added", lambda s: s.to_add > 0)
SHRINKS = Clause("replicas are to be taken away", lambda s: s.to_add < 0)
ADDS_UP = Clause("the new sizes add up to the old ones and what was to be added",
                 lambda s: sum(scaled(s)) == sum(s.sizes) + s.to_add)
NOT_BELOW = Clause("the new sizes add up to no less than what is to be left",
                   lambda s: sum(scaled(s)) >= sum(s.sizes) + s.to_add)
EMPTIED = Clause("the new sizes add up to what is to be left, unless the largest ReplicaSet was emptied",
                 lambda s: sum(scaled(s)) == sum(s.sizes) + s.to_add or scaled(s)[0] == 0)
NOT_NEGATIVE = Clause("no new size is below 0", lambda s: all(size >= 0 for size in scaled(s)))


@attrs.frozen
class Rescaled:
    """Two or four ReplicaSets of a Deployment that is scaled down to `desired`, without surge."""

    sizes: tuple[int, int, int, int]
    desired: int


def resized(before: int, s: Rescaled) -> tuple[int, ...]:
    """Their new sizes, with the controller's own fractions, when there were `before` replicas."""
    to_add = allowed_size(s.desired, 0) - sum(s.sizes)
    fractions = tuple(get_replica_set_fraction(size, s.desired, 0, before, before) for size in s.sizes)
    return scale_proportionally(s.sizes, fractions, to_add)


def is_scaled_down(before: int, sets: int, s: Rescaled) -> bool:
    """At most so many ReplicaSets with replicas, the largest first, and fewer are desired than there are."""
    return (sum(s.sizes) == before and 0 <= s.desired < before
            and s.sizes[0] >= s.sizes[1] >= s.sizes[2] >= s.sizes[3] >= 0
            and all(size == 0 for size in s.sizes[sets:]))


def adds_up(before: int, s: Rescaled) -> bool:
    """Do the new sizes add up to the number desired?"""
    return sum(resized(before, s)) == s.desired


def scaling_down(before: int, sets: int) -> Lemma:
    """So many replicas in so many ReplicaSets, scaled down to any smaller number."""
    return Lemma(Rescaled, (Clause(f"{before} replicas in {sets} ReplicaSets", partial(is_scaled_down, before, sets)),),
                 (Clause("the new sizes add up to desired", partial(adds_up, before)),))


PERCENT = ("every number of desired replicas", "every percentage")
SCALED = ("every size of five ReplicaSets", "every fraction", "every number to add")

PROOFS = (
    Proof("percentages-round", "maxSurge is rounded up and maxUnavailable down, by less than a pod", FUNCTIONS, PERCENT,
          (ANY.says,), Lemma(Shares, (DESIRED, ANY), (UP, DOWN))),
    Proof("percentages-round-to-the-nearest", NEAREST.says, FUNCTIONS, PERCENT, (ANY.says,),
          Lemma(Shares, (DESIRED, ANY), (NEAREST,)), VIOLATED, "percentages-round"),
    Proof("fenceposts-allow-a-step", "maxSurge and maxUnavailable are never both 0, and maxUnavailable is never more "
          "than desired", FUNCTIONS, PERCENT, (VALID.says, DESIRED.says),
          Lemma(Shares, (DESIRED, VALID), (STEPS, MOST))),
    Proof("fenceposts-together-beyond-desired", EXACT.says, FUNCTIONS, PERCENT, (VALID.says, DESIRED.says),
          Lemma(Shares, (DESIRED, VALID), (EXACT,)), VIOLATED, "fenceposts-allow-a-step"),
    Proof("fenceposts-above-a-hundred-percent", MOST.says, FUNCTIONS, PERCENT, (ANY.says, DESIRED.says),
          Lemma(Shares, (DESIRED, ANY), (MOST,)), VIOLATED, "fenceposts-allow-a-step"),
    Proof("proportional-scaling-up-adds-up", ADDS_UP.says, FUNCTIONS, SCALED, (SORTED.says, GROWS.says),
          Lemma(Scaling, (SORTED, GROWS), (ADDS_UP, NOT_NEGATIVE))),
    Proof("proportional-scaling-up-with-wild-fractions", NOT_NEGATIVE.says, FUNCTIONS, SCALED, (GROWS.says,),
          Lemma(Scaling, (GROWS,), (NOT_NEGATIVE,)), VIOLATED, "proportional-scaling-up-adds-up"),
    Proof("proportional-scaling-down-adds-up", f"{EMPTIED.says}; never to less", FUNCTIONS, SCALED,
          (SORTED.says, SHRINKS.says), Lemma(Scaling, (SORTED, SHRINKS), (EMPTIED, NOT_BELOW))),
    Proof("proportional-scaling-down-of-four-sets", "scaled down, the new sizes add up to desired: a true "
          "counterexample, four ReplicaSets round the wrong way", FUNCTIONS,
          ("every size of four ReplicaSets", "every number desired"), ("4 replicas in 4 ReplicaSets", "no surge"),
          scaling_down(4, 4), VIOLATED, "proportional-scaling-down-adds-up"),
    Proof("proportional-scaling-down-of-two-sets", "scaled down, the new sizes add up to desired", FUNCTIONS,
          ("every size of two ReplicaSets, 12 replicas together", "every number desired"),
          ("12 replicas in 2 ReplicaSets", "no surge"), scaling_down(12, 2)),
)
