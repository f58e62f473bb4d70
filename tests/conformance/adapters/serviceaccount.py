"""The ServiceAccount controller: whole syncs."""

from typing import Any

from seatrial.model.controllers.serviceaccount import controller
from tests.conformance.adapter import Adapter
from tests.conformance.adapters.controller_sync import run_sync
from tests.conformance.adapters.replicaset import same_error
from tests.conformance.cases import Case
from tests.conformance.compare import as_multiset, as_runs, by_member


def run_whole_sync(case: Case) -> dict[str, Any]:
    """One sync of the case's namespace, with the ServiceAccounts that the case wants."""
    done = run_sync(controller(tuple(case.input["service_accounts_to_ensure"])), case.input)
    return {"calls": done.calls, "error": {"text": done.error} if done.error else None, "events": done.events,
            "queue": done.queue}


ADAPTERS = (
    Adapter("controllers/serviceaccount", "sync", run_whole_sync,
            by_member(calls=as_runs, events=as_multiset, error=same_error)),
)
