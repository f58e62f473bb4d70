"""On which nodes a DaemonSet's pods are to be, which `seatrial place` asks; the controller itself is not modelled."""

from typing import Any

from seatrial.model.api.core import Node, Pod
from seatrial.model.api.wire import from_json
from seatrial.traces.place.daemon_pods import node_should_run_daemon_pod
from tests.conformance.adapter import Adapter
from tests.conformance.cases import Case
from tests.conformance.compare import exactly


def run_node_should_run(case: Case) -> dict[str, Any]:
    """Is there to be a pod?"""
    template = from_json(Pod, case.input["daemonset"]["spec"]["template"])
    tree = {key: value for key, value in case.input["node"].items() if key not in ("apiVersion", "kind")}
    return {"should_run": node_should_run_daemon_pod(from_json(Node, tree), template)}


def compare_should_run(expected: Any, actual: Any) -> str:
    """Exactly; whether a pod that stands there may stay is not asked."""
    return exactly({"should_run": expected["should_run"]}, actual)


ADAPTERS = (Adapter("controllers/daemonset", "node_should_run", run_node_should_run, compare_should_run),)
