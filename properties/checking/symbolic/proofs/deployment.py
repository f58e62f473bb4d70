"""A Deployment's rolling update: surge, availability and the end of the rollout, for every size and every bound."""

import attrs

from seatrial.model.controllers.deployment_scaling import cleanup_unhealthy_replicas
from seatrial.properties.checking.symbolic.bmc import Bmc
from seatrial.properties.checking.symbolic.bridge import Bridge
from seatrial.properties.checking.symbolic.induction import Induction
from seatrial.properties.checking.symbolic.models.deployment import (
    AVAILABLE,
    BOUNDS,
    COUNTS,
    COVERED,
    FAILURES,
    HEALTHY,
    KNOWN,
    MODEL,
    NEW_GROWS,
    NEW_LAGS,
    OLD_LAGS,
    OLD_SHRINKS,
    PODS_WITHIN_SURGE,
    PROGRESS,
    SINGLE_ROLLOUT,
    SURGE,
    Rollout,
    begins,
    can_become_available,
    has_cleaned,
    has_created,
    has_settled,
    is_at_work,
    new_calls,
    old_calls,
    rollout_model,
)
from seatrial.properties.checking.symbolic.proof import Proof
from seatrial.properties.checking.symbolic.ranking import Helpful, Measure, Ranking
from seatrial.properties.checking.symbolic.refinements.deployment import REFINEMENT
from seatrial.properties.checking.symbolic.spacer import Spacer
from seatrial.properties.checking.symbolic.system import Clause, CountModel
from seatrial.properties.checking.verdict import VIOLATED

COUNT_MODEL = "count model"
PARAMETERS = ("every number of desired replicas", "every maxSurge and maxUnavailable, after rounding")
SINGLE = "a single rollout that begins at rest, of one old ReplicaSet"
NO_RESCALE = "spec.replicas of the Deployment does not change during it"
NO_ROLLBACK = "the template does not change during it"
NO_FAILURE = "no available pod becomes unavailable, but by being scaled down"
UNEXPIRED = "no expectation of a ReplicaSet expires before its events arrive (lag_below_expectation_ttl)"
ANSWERED = "no call takes effect without its answer, or after it was given up"
QUIET = (SINGLE, NO_RESCALE, NO_ROLLBACK, NO_FAILURE, UNEXPIRED, ANSWERED)
FAIR = "weak fairness of both controllers, their informers, and pods becoming available"
STEP = "maxSurge + maxUnavailable >= 1 (resolve_fenceposts)"



def cleanup_that_clamps(old: tuple[tuple[int, int], ...], most: int) -> tuple[tuple[int, ...], bool]:
    """A bug: where upstream gives up on more available replicas than asked for, this takes none away and goes on."""
    sizes, _ = cleanup_unhealthy_replicas(old, most)
    return sizes, True


def begins_with_four(s: Rollout) -> bool:
    """Four replicas of which one may be missing: enough to break it, and faster to search than every number."""
    return begins(s) and s.desired == 4 and s.surge == 0 and s.unavailable == 1


CLAMPING = rollout_model(cleanup_that_clamps, "Deployment count model, cleanup clamped").without(
    "rescale", "roll-back", *FAILURES).at_once()
CLAMPING_FOUR = attrs.evolve(CLAMPING, initial=begins_with_four)
STUCK = attrs.evolve(HEALTHY, initial=has_settled)

GOAL = Clause("only the new ReplicaSet has replicas, as many as desired, all available",
              lambda s: s.old_size == 0 and s.old_pods == 0 and s.new_size == s.desired and s.new_pods == s.desired
              and s.new_available == s.desired)
RANK = (
    Measure("replicas still to move from the old to the new size", lambda s: s.old_size + s.desired - s.new_size),
    Measure("syncs under way", lambda s: 1 if is_at_work(s) else 0),
    Measure("pods missing or too many", lambda s: abs(s.old_pods - s.old_size) + abs(s.new_pods - s.new_size)),
    Measure("new pods not available yet", lambda s: s.new_pods - s.new_available),
    Measure("what statuses and copies lag behind",
            lambda s: 2 * (abs(s.old_status - s.old_available) + abs(s.new_status - s.new_available))
            + abs(s.seen_old_size - s.old_size) + abs(s.seen_new_size - s.new_size)
            + abs(s.seen_old_status - s.old_status) + abs(s.seen_new_status - s.new_status)),
)
HELPFUL = (
    Helpful("scale-old", lambda s: old_calls(s) > 0), Helpful("scale-new", lambda s: new_calls(s) > 0),
    Helpful("become-available", can_become_available),
    Helpful("report-old", lambda s: s.old_status != s.old_available),
    Helpful("report-new", lambda s: s.new_status != s.new_available),
    Helpful("see-old", lambda s: s.seen_old_size != s.old_size or s.seen_old_status != s.old_status),
    Helpful("see-new", lambda s: s.seen_new_size != s.new_size or s.seen_new_status != s.new_status),
    Helpful("go-on", has_created), Helpful("finish", has_cleaned),
    Helpful("sync", lambda s: True),  # noqa: ARG005 -- wherever nothing else helps
)
STEADY = (BOUNDS, NEW_GROWS, OLD_SHRINKS, OLD_LAGS, NEW_LAGS, SURGE)


def ends(model: CountModel, *more: Clause) -> Ranking:
    """The rollout comes to its end, for good."""
    return Ranking(model, GOAL, (*STEADY, *more), RANK, HELPFUL)


PROOFS = (
    Proof("deployment-surge", SURGE.says, COUNT_MODEL, PARAMETERS,
          (SINGLE, NO_RESCALE, NO_ROLLBACK, ANSWERED),
          Induction(SINGLE_ROLLOUT, SURGE, (BOUNDS, COUNTS, NEW_GROWS, OLD_SHRINKS)),
          refinement=f"{REFINEMENT.said}, without failures"),
    Proof("deployment-surge-bridge", f"{SURGE.says}; the invariant comes from a small graph", COUNT_MODEL, PARAMETERS,
          QUIET, Bridge(HEALTHY, SURGE), refinement=REFINEMENT.said),
    Proof("deployment-surge-after-a-rescale", SURGE.says, COUNT_MODEL, PARAMETERS, (SINGLE, NO_ROLLBACK, ANSWERED),
          Induction(MODEL.without("roll-back"), SURGE), VIOLATED, "deployment-surge"),
    Proof("deployment-surge-after-a-rollback", SURGE.says, COUNT_MODEL, PARAMETERS, (SINGLE, NO_RESCALE, ANSWERED),
          Induction(MODEL.without("rescale", *FAILURES), SURGE), VIOLATED, "deployment-surge"),
    Proof("deployment-pods-exceed-surge", f"{PODS_WITHIN_SURGE.says}: a true counterexample, maxSurge bounds what the "
          "ReplicaSets ask for", COUNT_MODEL, PARAMETERS, QUIET,
          Bmc(HEALTHY, PODS_WITHIN_SURGE), VIOLATED, "deployment-surge"),
    Proof("deployment-availability", AVAILABLE.says, COUNT_MODEL, PARAMETERS, QUIET,
          Induction(HEALTHY, AVAILABLE, (BOUNDS, NEW_GROWS, OLD_SHRINKS, OLD_LAGS, NEW_LAGS, KNOWN, COVERED)),
          refinement=REFINEMENT.said),
    Proof("deployment-availability-spacer", f"{AVAILABLE.says}; the invariant is found by Spacer", COUNT_MODEL,
          PARAMETERS, QUIET, Spacer(HEALTHY, AVAILABLE), refinement=REFINEMENT.said),
    Proof("deployment-availability-with-failures", AVAILABLE.says, COUNT_MODEL, PARAMETERS,
          (SINGLE, NO_RESCALE, NO_ROLLBACK, UNEXPIRED, ANSWERED),
          Induction(SINGLE_ROLLOUT.without("delete-too-many"), AVAILABLE), VIOLATED, "deployment-availability"),
    Proof("deployment-availability-after-expiry", AVAILABLE.says, COUNT_MODEL, PARAMETERS,
          (SINGLE, NO_RESCALE, NO_ROLLBACK, NO_FAILURE, ANSWERED),
          Induction(SINGLE_ROLLOUT.without("fail-old"), AVAILABLE), VIOLATED, "deployment-availability"),
    Proof("deployment-availability-without-the-cleanup-error", f"{AVAILABLE.says}; the error that upstream returns "
          "when a ReplicaSet has more available replicas than it asks for is load-bearing", COUNT_MODEL,
          ("4 desired replicas, maxSurge 0 and maxUnavailable 1: one counterexample is enough",),
          (*QUIET, "a cleanup that goes on where upstream gives up"),
          Induction(CLAMPING_FOUR, AVAILABLE), VIOLATED, "deployment-availability"),
    Proof("deployment-rollout-ends", GOAL.says, COUNT_MODEL, PARAMETERS,
          (*QUIET, STEP, FAIR), ends(HEALTHY, PROGRESS), refinement=REFINEMENT.said_of_liveness),
    Proof("deployment-rollout-stuck-without-bounds", GOAL.says, COUNT_MODEL, PARAMETERS,
          (*QUIET, FAIR), ends(STUCK), VIOLATED, "deployment-rollout-ends"),
)
