"""The Deployment controller: whole syncs, and its decision functions."""

from typing import Any

import attrs

from seatrial.model.api.apps import Deployment, DeploymentStatus, ReplicaSet
from seatrial.model.api.wire import from_json
from seatrial.model.controllers.deployment import make_controller, resume_deployment
from tests.conformance.adapter import Adapter
from tests.conformance.adapters.controller_sync import run_sync
from tests.conformance.cases import Case
from tests.conformance.compare import as_multiset, by_member, exactly


def run_whole_sync(case: Case) -> dict[str, Any]:
    """One sync of the case's key; what the worker makes of its error is not part of it."""
    hash_ = case.input["pod_template_hash"]
    controller = make_controller(lambda template, count: hash_)
    controller = attrs.evolve(
        controller, resume=lambda *arguments: resume_deployment(lambda template, count: hash_, *arguments))
    done = run_sync(controller, case.input)
    return {"calls": done.calls, "error": {"text": done.error} if done.error else None, "events": done.events,
            "queue": done.queue}


def same_error(expected: Any, actual: Any) -> str:
    """The text of the error; its API reason only says which reply it came from."""
    texts = [None if side is None else side["text"] for side in (expected, actual)]
    return exactly(*texts)


ADAPTERS = (
    Adapter("controllers/deployment", "sync", run_whole_sync, by_member(events=as_multiset, error=same_error)),
)
