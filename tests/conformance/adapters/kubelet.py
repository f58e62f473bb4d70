"""The kubelet's decisions: what to do with a pod's containers, their restarts, probes, phase and conditions."""

from collections.abc import Mapping
from typing import Any

from seatrial.model.api.core import Container, ContainerStatus, Pod, ResourceRequirements
from seatrial.model.api.meta import Condition
from seatrial.model.api.wire import from_json, to_json
from seatrial.model.frozen import FrozenMap
from seatrial.model.node.conditions import (
    containers_ready_condition,
    pod_initialized_condition,
    pod_ready_condition,
)
from seatrial.model.node.phase import get_phase
from seatrial.model.node.pod_actions import PodActions, RuntimePod, RuntimeStatus, SandboxStatus, compute_pod_actions
from seatrial.model.node.restarts import (
    BackOff,
    container_should_restart,
    find_matching_rule,
    is_in_back_off,
    next_back_off,
)
from tests.conformance.adapter import Adapter
from tests.conformance.cases import Case
from tests.conformance.compare import as_multiset, by_member


def load_pod(tree: Mapping[str, Any]) -> Pod:
    """A pod from its JSON."""
    return from_json(Pod, tree)  # type: ignore[no-any-return]


def load_statuses(trees: list[dict[str, Any]] | None) -> tuple[ContainerStatus, ...]:
    """Container statuses from their JSON."""
    return tuple(from_json(ContainerStatus, each) for each in trees or ())


def run_get_phase(case: Case) -> dict[str, Any]:
    """The phase of a pod whose statuses are in its status."""
    pod = load_pod(case.input["pod"])
    statuses = pod.status.init_container_statuses + pod.status.container_statuses
    return {"phase": get_phase(pod, statuses, is_terminal=case.input["podIsTerminal"],
                               has_initialized=case.input["podHasInitialized"])}


def run_pod_conditions(case: Case) -> dict[str, Any]:
    """The three conditions, from nothing; the real kubelet passes init containers too, the table does not."""
    given = case.input
    pod = load_pod(given["pod"])
    nothing = given["containerStatusesNil"]
    held = None if nothing else load_statuses(given.get("containerStatuses")) or None
    both = None if nothing else load_statuses(given.get("initContainerStatuses")) + (held or ()) or None
    conditions = tuple(from_json(Condition, each) for each in given.get("conditions") or ())
    phase = given["phase"]
    return {
        "containersReady": say_condition(containers_ready_condition(pod, held, phase)),
        "initialized": say_condition(pod_initialized_condition(pod, (), both, phase)),
        "ready": say_condition(pod_ready_condition(pod, conditions, held, phase)),
    }


def say_condition(condition: Condition) -> dict[str, Any]:
    """A condition as the table writes it: times there, and null."""
    return {"lastProbeTime": None, "lastTransitionTime": None} | to_json(condition)


def load_runtime(given: Mapping[str, Any]) -> RuntimePod:
    """What the runtime shows."""
    containers = tuple(
        RuntimeStatus(each["id"], each["name"], each["state"], each.get("exitCode", 0), each["specChanged"],
                      each.get("liveness", ""), each.get("startup", "")) for each in given["containers"])
    sandboxes = tuple(SandboxStatus(each["id"], each["attempt"], each["ready"], each.get("ip"))
                      for each in given["sandboxes"])
    actuated = FrozenMap({name: from_json(ResourceRequirements, tree)
                          for name, tree in given["actuatedResources"].items()})
    return RuntimePod(containers, sandboxes, actuated)


def say_actions(actions: PodActions) -> dict[str, Any]:
    """Actions as the table writes them."""
    return {
        "attempt": actions.attempt,
        "containersToKill": [{"id": each.id, "message": each.message, "name": each.name, "reason": each.reason}
                             for each in actions.containers_to_kill],
        "containersToReset": [{"id": each.id, "kill": each.kill, "name": each.name}
                              for each in actions.containers_to_reset],
        "containersToStart": actions.containers_to_start,
        "containersToUpdate": {name: list(containers) for name, containers in actions.containers_to_update},
        "createSandbox": actions.create_sandbox,
        "ephemeralContainersToStart": actions.ephemeral_containers_to_start,
        "initContainersToStart": actions.init_containers_to_start,
        "killPod": actions.kill_pod,
        "sandboxID": actions.sandbox_id,
        "updatePodLevelResources": False,
        "updatePodResources": actions.update_pod_resources,
    }


def run_compute_pod_actions(case: Case) -> dict[str, Any]:
    """What a sync does."""
    pod = load_pod(case.input["pod"])
    return say_actions(compute_pod_actions(pod, load_runtime(case.input), restart_all=case.input["restartAllContainers"]))


def run_container_should_restart(case: Case) -> dict[str, Any]:
    """Whether a container restarts, and whether one of its rules said so."""
    container = from_json(Container, case.input["container"])
    code = case.input["exitCode"]
    said = {"restart": container_should_restart(container, case.input["podRestartPolicy"], code)}
    rule = find_matching_rule(container, code)
    return said | {"ruleMatched": bool(rule)} | ({"action": rule} if rule else {})


def run_crash_loop_backoff(case: Case) -> dict[str, Any]:
    """The back-off of one container, step by step."""
    longest = case.input["maxContainerRestartPeriodSeconds"]
    held: BackOff | None = None
    steps = []
    for each in case.input["steps"]:
        waits = each["exited"] and is_in_back_off(held, each["finishedAt"], each["now"])
        if each["exited"] and not waits:
            held = next_back_off(held, each["finishedAt"], each["now"], longest)
        steps.append({"delaySeconds": held.seconds if held is not None else 0, "inBackOff": waits})
    return {"steps": steps}


ADAPTERS = (
    Adapter("kubelet", "compute_pod_actions", run_compute_pod_actions, by_member(containersToKill=as_multiset)),
    Adapter("kubelet", "container_should_restart", run_container_should_restart),
    Adapter("kubelet", "crash_loop_backoff", run_crash_loop_backoff),
    Adapter("kubelet", "get_phase", run_get_phase),
    Adapter("kubelet", "pod_conditions", run_pod_conditions),
)
