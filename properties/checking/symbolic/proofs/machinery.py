"""Quota, node lifecycle, the work queue, two writers of one number: what is promised around the controllers."""

from seatrial.properties.checking.symbolic.induction import Induction
from seatrial.properties.checking.symbolic.k_induction import KInduction
from seatrial.properties.checking.symbolic.lasso import Lasso
from seatrial.properties.checking.symbolic.models import node_lifecycle, quota, workqueue, writers
from seatrial.properties.checking.symbolic.proof import Proof
from seatrial.properties.checking.symbolic.ranking import Helpful, Measure, Ranking
from seatrial.properties.checking.symbolic.refinements.node_lifecycle import REFINEMENT as HEALTHY_NODE
from seatrial.properties.checking.symbolic.refinements.quota import REFINEMENT as QUOTA
from seatrial.properties.checking.symbolic.refinements.workqueue import REFINEMENT as QUEUE
from seatrial.properties.checking.verdict import VIOLATED

COUNT_MODEL = "count model"
AMOUNTS = ("every limit", "every amount", "three concurrent writers")
TIMES = ("every renewal period", "every grace period", "every informer lag", "every rhythm of the monitor")
KEYS = ("two keys", "every number of workers", "every number of changes and failures")
CAS = "every write of the quota compares the version it read"
STEADY_LIMIT = "spec.hard is not lowered"
RENEWED = "the Lease is renewed once a period, and each renewal reaches the informer within the lag"
RELATED = node_lifecycle.RELATION.says
NUMBERS = ("every number that each writer wants", "every number of pods")
FAIR = "weak fairness of both writers and the ReplicaSet controller"
QUEUES = "an event queues its key even while it is in flight"

PROOFS = (
    Proof("quota-used-within-hard", quota.WITHIN.says, COUNT_MODEL, AMOUNTS, (CAS, STEADY_LIMIT),
          Induction(quota.MODEL, quota.WITHIN, (quota.READS,)), refinement=QUOTA.said),
    Proof("quota-without-compare-and-swap", quota.WITHIN.says, COUNT_MODEL, AMOUNTS, (STEADY_LIMIT,),
          Induction(quota.BLIND, quota.WITHIN), VIOLATED, "quota-used-within-hard"),
    Proof("quota-after-a-lower-limit", quota.WITHIN.says, COUNT_MODEL, AMOUNTS, (CAS,),
          Induction(quota.LOWERED, quota.WITHIN), VIOLATED, "quota-used-within-hard"),
    Proof("node-healthy-not-evicted", f"a healthy node: {node_lifecycle.NOT_EVICTED.says}", COUNT_MODEL, TIMES,
          (RENEWED, RELATED), Induction(node_lifecycle.MODEL, node_lifecycle.NOT_EVICTED, (
              node_lifecycle.RELATION, node_lifecycle.ORDERED, node_lifecycle.IN_TIME)), refinement=HEALTHY_NODE.said),
    Proof("node-evicted-with-a-short-grace-period", f"a healthy node: {node_lifecycle.NOT_EVICTED.says}", COUNT_MODEL,
          TIMES, (RENEWED,), Induction(node_lifecycle.UNRELATED, node_lifecycle.NOT_EVICTED), VIOLATED,
          "node-healthy-not-evicted"),
    Proof("node-evicted-when-silent", f"a node: {node_lifecycle.NOT_EVICTED.says}", COUNT_MODEL, TIMES, (RELATED,),
          Induction(node_lifecycle.SILENT, node_lifecycle.NOT_EVICTED), VIOLATED, "node-healthy-not-evicted"),
    Proof("workqueue-no-key-lost", workqueue.NOT_LOST.says, COUNT_MODEL, KEYS, (QUEUES,),
          KInduction(workqueue.MODEL, workqueue.NOT_LOST, (workqueue.COUNTS,)), refinement=QUEUE.said),
    Proof("workqueue-forgetful", workqueue.NOT_LOST.says, COUNT_MODEL, KEYS, (),
          KInduction(workqueue.FORGETFUL, workqueue.NOT_LOST), VIOLATED, "workqueue-no-key-lost"),
    Proof("writers-that-agree-settle", writers.SETTLED.says, COUNT_MODEL, NUMBERS, (writers.AGREE.says, FAIR), Ranking(
        writers.AGREED, writers.SETTLED, (writers.AGREE,),
        (Measure("a number to write", lambda s: 0 if s.replicas == s.first else 1),
         Measure("pods missing or too many", lambda s: abs(s.pods - s.replicas))),
        (Helpful("first-writes", lambda s: s.replicas != s.first), Helpful("follow", lambda s: s.pods != s.replicas)))),
    Proof("writers-that-differ-oscillate", writers.SETTLED.says, COUNT_MODEL, NUMBERS, (FAIR,),
          Lasso(writers.MODEL, writers.SETTLED), VIOLATED, "writers-that-agree-settle"),
)
