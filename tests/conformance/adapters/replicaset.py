"""The ReplicaSet controller: whole syncs, the choice of pods to delete, slow start."""

from collections.abc import Mapping
from typing import Any

from seatrial.model.controllers.pods import is_pod_ready
from seatrial.model.controllers.replicaset import BURST_REPLICAS, replicaset_controller
from seatrial.model.controllers.replicaset_decisions import first_batch, get_pods_to_delete, next_batch
from seatrial.model.meta.timestamps import parse_time
from tests.conformance.adapter import Adapter
from tests.conformance.adapters.controller_sync import (
    decode,
    prepare_expectations,
    run_sync,
    say_expectations,
    unfulfilled,
)
from tests.conformance.cases import Case
from tests.conformance.compare import as_multiset, as_runs, by_member, exactly


def run_whole_sync(case: Case) -> dict[str, Any]:
    """One sync of the case's key."""
    controller = replicaset_controller(case.input.get("burst_replicas") or BURST_REPLICAS)
    done = run_sync(controller, case.input, prepare=prepare_expectations(case.input))
    return {
        "calls": done.calls, "error": {"text": done.error} if done.error else None, "events": done.events,
        "queue": done.queue, "expectations": say_expectations(done.view, controller, case.input["key"]),
    }


def same_error(expected: Any, actual: Any) -> str:
    """The text of the error; its API reason only says which reply it came from."""
    texts = [None if side is None else side["text"] for side in (expected, actual)]
    return exactly(*texts)


def same_expectations(expected: Any, actual: Any) -> str:
    """What is still awaited."""
    return exactly(unfulfilled(expected), actual)


def run_pods_to_delete(case: Case) -> dict[str, Any]:
    """The names of the victims, in order; upstream's related pods hold the candidates themselves too."""
    given = case.input
    pods, related = (tuple(decode(tree) for tree in given[name] or ()) for name in ("pods", "related"))
    chosen = get_pods_to_delete(pods, (*pods, *related), given["count"], parse_time(given["now"]))
    return {"delete": [pod.metadata.name for pod in chosen]}


def age_metric_divides_by_zero(given: Mapping[str, Any]) -> bool:
    """A ready pod was created in this very instant, and one is deleted: upstream's metric of ages then panics."""
    pods = [decode(tree) for tree in given["pods"] or ()]
    created = [pod.metadata.creation_timestamp for pod in pods if is_pod_ready(pod)]
    others = len(pods) - len(created)
    return others < given["count"] < len(pods) and max(created, default=None) == parse_time(given["now"])


def run_slow_start_batch(case: Case) -> dict[str, Any]:
    """Batches until one has a failure."""
    given = case.input
    calls = successes = 0
    remaining, batch = given["count"], min(given["count"], given["initial"]) or first_batch(0)
    while batch > 0:
        failures = sum(calls + at + 1 == given["fail_at_call"] for at in range(batch))
        calls, successes = calls + batch, successes + batch - failures
        if failures:
            return {"calls": calls, "successes": successes, "error": True}
        remaining -= batch
        batch = next_batch(batch, remaining)
    return {"calls": calls, "successes": successes, "error": False}


ADAPTERS = (
    Adapter("controllers/replicaset", "sync", run_whole_sync,
            by_member(calls=as_runs, events=as_multiset, error=same_error, expectations=same_expectations)),
    Adapter("controllers/replicaset", "pods_to_delete", run_pods_to_delete),
    Adapter("controllers/replicaset", "slow_start_batch", run_slow_start_batch),
)
