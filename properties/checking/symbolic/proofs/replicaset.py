"""ReplicaSet, scheduler and kubelet: counts, capacity, never too many, convergence, for every number of replicas."""

import attrs

from seatrial.properties.checking.symbolic.induction import Induction
from seatrial.properties.checking.symbolic.models.replicaset import (
    ASTRAY,
    FORGETFUL,
    MODEL,
    OLDER,
    RESCALED,
    active,
    can_finish,
    can_start,
    finish,
    has_created,
    has_deleted,
    is_busy,
    is_creating,
    is_deleting,
    is_new,
    schedule,
)
from seatrial.properties.checking.symbolic.models.replicaset_claims import (
    AWAITED,
    AWAITED_DELETIONS,
    AWAKE,
    COUNTS,
    FITS,
    NEVER_ABOVE,
    NOTED,
    ONE_PLAN,
    PLANNED,
    ROOM,
    UNDISTURBED,
    UNEXPIRED,
    VICTIMS,
)
from seatrial.properties.checking.symbolic.proof import Proof
from seatrial.properties.checking.symbolic.ranking import Helpful, Measure, Ranking
from seatrial.properties.checking.symbolic.refinements.replicaset import REFINEMENT
from seatrial.properties.checking.symbolic.spacer import Spacer
from seatrial.properties.checking.symbolic.system import Clause, CountModel, Transition
from seatrial.properties.checking.verdict import VIOLATED

COUNT_MODEL = "count model"
PARAMETERS = ("every number of desired replicas", "every capacity of the nodes")
FAULTS = ("users rescale, others delete pods, calls are refused, lost or late, the controller crashes, expectations "
          "expire")
NO_RESCALE = "spec.replicas does not change"
NO_LOSS = "no create is applied without its answer (lost), or after it was given up (late)"
FAIR = "weak fairness of every step of the controller, its informers, the scheduler and the kubelet"
ENOUGH = "desired <= capacity"
QUIET = "users and faults are quiet from some point on; until then rescales, crashes and refused calls"
NOTES_OFF = "gate StaleControllerConsistencyReplicaSet off, as before 1.36"
UNEXPIRED_TEXT = "no expectation expires before its events arrive (lag_below_expectation_ttl)"

BESIDES = ("refuse-create", "restart", "evict", "see-evicted", "fail-delete", "fail-delete-again",
           "delete-finds-nothing", "see-forgotten", "delete-again", "wake")
"""What needs not happen in a shortest counterexample: it is found faster without."""
KEPT = MODEL.without(*RESCALED, *ASTRAY)
KEPT_BEFORE = OLDER.without("expire", *RESCALED, *ASTRAY)
LIVE = MODEL.without("expire", "evict", "see-evicted", "delete-finds-nothing", *ASTRAY)
CROWDED = attrs.evolve(LIVE, initial=is_new)
FITTING = MODEL.without("expire", "fail-delete", "refuse-create", "restart", *RESCALED, *ASTRAY)
OVERBOOKED = attrs.evolve(FITTING, initial=is_new, transitions=(
    *FITTING.without("schedule").transitions,
    Transition("schedule-onto-terminating", schedule, lambda s: s.pending > 0 and s.bound + s.running < s.capacity)))
ENDS_TWICE = attrs.evolve(MODEL, transitions=(*MODEL.transitions, Transition("finish-again", finish)))

GOAL = Clause("desired replicas run, and nothing else is there or under way",
              lambda s: s.running == s.desired and s.pending == 0 and s.bound == 0 and s.terminating == 0
              and not is_busy(s))
RANK = (
    Measure("failed calls of the batch in flight", lambda s: s.failed),
    Measure("pods missing or too many after the plan in flight",
            lambda s: abs(s.desired - (active(s) + s.left + s.rest - s.to_delete))),
    Measure("calls still to make", lambda s: s.left + s.rest + s.to_delete),
    Measure("events not seen", lambda s: s.unseen_created + s.unseen_deleted),
    Measure("keys queued", lambda s: 1 if s.queued else 0),
    Measure("phases that pods have still to go through", lambda s: 2 * s.pending + s.bound + s.terminating),
)
HELPFUL = (
    Helpful("create", is_creating), Helpful("delete", is_deleting), Helpful("see-created", has_created),
    Helpful("see-deleted", has_deleted), Helpful("sync", lambda s: s.queued), Helpful("finish", can_finish),
    Helpful("start", can_start), Helpful("schedule", lambda s: s.pending > 0),
)
STEADY = (COUNTS, FITS, ONE_PLAN, AWAITED, AWAITED_DELETIONS, NOTED, UNEXPIRED, UNDISTURBED, VICTIMS, AWAKE)
MAKES_IT = (COUNTS, ONE_PLAN, PLANNED, NOTED)
MAKES_IT_BEFORE = (COUNTS, ONE_PLAN, PLANNED, AWAITED, AWAITED_DELETIONS, UNEXPIRED)


def converges(model: CountModel, invariant: tuple[Clause, ...]) -> Ranking:
    """The desired replicas run in the end, for good."""
    return Ranking(model, GOAL, invariant, RANK, HELPFUL)


def above(name: str, model: CountModel, hypotheses: tuple[str, ...], control_of: str) -> Proof:
    """A control: with one hypothesis dropped there may be too many."""
    return Proof(name, "active pods <= desired", COUNT_MODEL, PARAMETERS, hypotheses, Induction(model, NEVER_ABOVE),
                 VIOLATED, control_of)


PROOFS = (
    Proof("replicaset-counts", "no count is ever below 0", COUNT_MODEL, PARAMETERS, (FAULTS,),
          Induction(MODEL, COUNTS, (ONE_PLAN,)), refinement=REFINEMENT.said),
    Proof("replicaset-counts-a-pod-ends-twice", "no count is ever below 0", COUNT_MODEL, PARAMETERS,
          (FAULTS, "a kubelet that reports the end of a pod twice"), Induction(ENDS_TWICE, COUNTS), VIOLATED,
          "replicaset-counts"),
    Proof("replicaset-capacity", "nodes never hold more pods than they can", COUNT_MODEL, PARAMETERS, (FAULTS,),
          Induction(MODEL, FITS, (COUNTS, ONE_PLAN)), refinement=REFINEMENT.said),
    Proof("replicaset-capacity-spacer", "nodes never hold more pods than they can; the invariant is found by Spacer",
          COUNT_MODEL, PARAMETERS, (FAULTS,), Spacer(MODEL, FITS), refinement=REFINEMENT.said),
    Proof("replicaset-capacity-terminating-ignored", "nodes never hold more pods than they can", COUNT_MODEL,
          PARAMETERS, (FAULTS, "a scheduler that forgets pods which are being deleted"),
          Induction(OVERBOOKED, FITS), VIOLATED,
          "replicaset-capacity"),
    Proof("replicaset-never-above-desired", "active pods <= desired; expectations may even expire, the note of unseen "
          "creations is enough", COUNT_MODEL, PARAMETERS, (NO_RESCALE, NO_LOSS), Induction(KEPT, NEVER_ABOVE, MAKES_IT),
          refinement=REFINEMENT.said),
    Proof("replicaset-never-above-desired-before-1.36", "active pods <= desired, with expectations alone", COUNT_MODEL,
          PARAMETERS, (NO_RESCALE, NO_LOSS, NOTES_OFF, UNEXPIRED_TEXT),
          Induction(KEPT_BEFORE, NEVER_ABOVE, MAKES_IT_BEFORE)),
    above("replicaset-above-after-a-rescale", MODEL.without(*ASTRAY), (NO_LOSS,), "replicaset-never-above-desired"),
    above("replicaset-above-after-a-lost-create", MODEL.without("delay-create", "late-create-arrives", *RESCALED),
          (NO_RESCALE, "no create is late"), "replicaset-never-above-desired"),
    above("replicaset-above-after-a-late-create", MODEL.without("lose-create", "expire", *BESIDES, *RESCALED),
          (NO_RESCALE, "no answer to a create is lost"), "replicaset-never-above-desired"),
    above("replicaset-above-after-expiry", OLDER.without(*BESIDES, *RESCALED, *ASTRAY),
          (NO_RESCALE, NO_LOSS, NOTES_OFF), "replicaset-never-above-desired-before-1.36"),
    above("replicaset-without-expectations", FORGETFUL.without("expire", *BESIDES, *RESCALED, *ASTRAY),
          (NO_RESCALE, NO_LOSS, NOTES_OFF, "a controller without expectations"),
          "replicaset-never-above-desired-before-1.36"),
    Proof("replicaset-converges", "desired replicas eventually equal running pods, for good", COUNT_MODEL, PARAMETERS,
          (QUIET, ENOUGH, NO_LOSS, "nobody else deletes pods", UNEXPIRED_TEXT, FAIR), converges(LIVE, (*STEADY, ROOM)),
          refinement=REFINEMENT.said_of_liveness),
    Proof("replicaset-converges-without-room", "desired replicas eventually equal running pods, for good", COUNT_MODEL,
          PARAMETERS, (QUIET, NO_LOSS, "nobody else deletes pods", UNEXPIRED_TEXT, FAIR), converges(CROWDED, STEADY),
          VIOLATED, "replicaset-converges"),
)
