"""What is claimed of the ReplicaSet's count model, and the clauses that make it inductive."""

from seatrial.properties.checking.symbolic.models.replicaset import Pods, active, is_busy, used
from seatrial.properties.checking.symbolic.system import Clause


def no_count_is_negative(s: Pods) -> bool:
    """Every count."""
    return all(each >= 0 for each in (
        s.desired, s.capacity, s.pending, s.bound, s.running, s.terminating, s.unseen_created, s.unseen_deleted,
        s.unseen_evicted, s.expected_deleted, s.noted, s.batch, s.left, s.rest, s.failed, s.to_delete, s.late))


def fits(s: Pods) -> bool:
    """The nodes hold no more pods than they can."""
    return used(s) <= s.capacity


def never_above(s: Pods) -> bool:
    """No more active pods than desired."""
    return active(s) <= s.desired


COUNTS = Clause("no count is below 0", no_count_is_negative)
FITS = Clause("the pods on nodes fit into the capacity", fits)
NEVER_ABOVE = Clause("active pods <= desired", never_above)
ROOM = Clause("desired <= capacity", lambda s: s.desired <= s.capacity)
ONE_PLAN = Clause("a plan creates or deletes, not both, and an empty batch has no rest",
                  lambda s: (s.to_delete == 0 or s.left == 0) and (s.left > 0 or s.rest == 0)
                  and s.failed + s.left <= s.batch and (s.left > 0 or s.failed == 0))
PLANNED = Clause("active pods and creations still planned <= desired",
                 lambda s: active(s) + s.left + s.rest <= s.desired)
AWAITED = Clause("expected creations = unseen ones + those still planned + failed ones",
                 lambda s: s.expected_created == s.unseen_created + s.left + s.rest + s.failed)
AWAITED_DELETIONS = Clause("expected deletions = unseen own ones + those still planned",
                           lambda s: s.expected_deleted == s.unseen_deleted + s.to_delete)
NOTED = Clause("every creation that has not been seen is noted", lambda s: s.noted == s.unseen_created)
UNEXPIRED = Clause("no expectation has expired", lambda s: not s.expired)
VICTIMS = Clause("there is a pod for every planned deletion", lambda s: s.to_delete <= active(s))
UNDISTURBED = Clause("nobody else deleted a pod, no create is late", lambda s: s.unseen_evicted == 0 and s.late == 0)
AWAKE = Clause("while the number is wrong, something is planned, unseen or queued",
               lambda s: (active(s) == s.desired or is_busy(s) or s.unseen_created + s.unseen_deleted > 0
                          or s.queued))
