"""The kubelet's decisions: what to do with a pod's containers, their restarts, probes, phase and conditions."""

from collections.abc import Mapping
from typing import Any

import attrs

from seatrial.model.api.containers import is_sidecar
from seatrial.model.api.core import Container, ContainerStatus, Node, Pod, PodStatus, ResourceRequirements
from seatrial.model.api.meta import Condition
from seatrial.model.api.pod_resources import Amounts, ResourceOptions, pod_limits, pod_requests
from seatrial.model.api.qos import compute_pod_qos
from seatrial.model.api.wire import from_json, to_json
from seatrial.model.frozen import FrozenMap
from seatrial.model.meta.quantity import format_quantity
from seatrial.model.node.admission import REASONS, Failure, check, general_filter
from seatrial.model.node.conditions import (
    containers_ready_condition,
    pod_initialized_condition,
    pod_ready_condition,
)
from seatrial.model.node.oom import container_oom_score_adjust
from seatrial.model.node.phase import get_phase
from seatrial.model.node.pod_actions import PodActions, RuntimePod, RuntimeStatus, SandboxStatus, compute_pod_actions
from seatrial.model.node.probes import Look, Worker, do_probe, is_ready, is_started, probes_of
from seatrial.model.node.restarts import (
    BackOff,
    container_should_restart,
    find_matching_rule,
    is_in_back_off,
    next_back_off,
)
from seatrial.model.scheduler.node_info import new_node_info
from tests.conformance.adapter import Adapter
from tests.conformance.cases import Case
from tests.conformance.compare import as_multiset, by_member, one_of


def load_pod(tree: Mapping[str, Any]) -> Pod:
    """A pod from its JSON."""
    return from_json(Pod, tree)


def load_statuses(trees: list[dict[str, Any]] | None) -> tuple[ContainerStatus, ...]:
    """Container statuses from their JSON."""
    return tuple(from_json(ContainerStatus, each) for each in trees or ())


def run_get_phase(case: Case) -> dict[str, Any]:
    """The phase of a pod whose statuses are in its status."""
    pod = load_pod(case.input["pod"])
    statuses = pod.status.init_container_statuses + pod.status.container_statuses
    return {
        "phase": get_phase(
            pod, statuses, is_terminal=case.input["podIsTerminal"], has_initialized=case.input["podHasInitialized"]
        )
    }


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
        RuntimeStatus(
            each["id"],
            each["name"],
            each["state"],
            each.get("exitCode", 0),
            each["specChanged"],
            each.get("liveness", ""),
            each.get("startup", ""),
        )
        for each in given["containers"]
    )
    sandboxes = tuple(
        SandboxStatus(each["id"], each["attempt"], each["ready"], each.get("ip")) for each in given["sandboxes"]
    )
    actuated = FrozenMap(
        {name: from_json(ResourceRequirements, tree) for name, tree in given["actuatedResources"].items()}
    )
    return RuntimePod(containers, sandboxes, actuated)


def say_actions(actions: PodActions) -> dict[str, Any]:
    """Actions as the table writes them."""
    return {
        "attempt": actions.attempt,
        "containersToKill": [
            {"id": each.id, "message": each.message, "name": each.name, "reason": each.reason}
            for each in actions.containers_to_kill
        ],
        "containersToReset": [
            {"id": each.id, "kill": each.kill, "name": each.name} for each in actions.containers_to_reset
        ],
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
    return say_actions(
        compute_pod_actions(pod, load_runtime(case.input), restart_all=case.input["restartAllContainers"])
    )


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


def run_qos_class(case: Case) -> dict[str, Any]:
    """The QoS class."""
    return {"qosClass": compute_pod_qos(load_pod(case.input["pod"]).spec)}


def run_oom_score_adj(case: Case) -> dict[str, Any]:
    """The score of each container."""
    pod = load_pod(case.input["pod"])
    everything = (*pod.spec.init_containers, *pod.spec.containers)
    return {
        "oomScoreAdj": {
            each.name: container_oom_score_adjust(pod, each, case.input["memoryCapacity"]) for each in everything
        }
    }


def run_pod_requests_limits(case: Case) -> dict[str, Any]:
    """Requests and limits of a whole pod, canonical."""
    pod, given = load_pod(case.input["pod"]), case.input.get("options") or {}
    options = ResourceOptions(
        given.get("useStatusResources", False),
        FrozenMap(given.get("nonMissingContainerRequests", {})),
        given.get("excludeOverhead", False),
        given.get("skipPodLevelResources", False),
        given.get("skipContainerLevelResources", False),
    )
    return {"limits": say_amounts(pod_limits(pod, options)), "requests": say_amounts(pod_requests(pod, options))}


def say_amounts(amounts: Amounts) -> dict[str, str]:
    """Amounts as canonical text."""
    return {name: format_quantity(each) for name, each in amounts.items()}


RESULTS = {"Unknown": "UNKNOWN"}


def load_look(case: Case, step: Mapping[str, Any]) -> Look:
    """What a probe's worker is told at one step."""
    given = case.input
    pod = load_pod(given["pod"])
    if step.get("deleted") or given.get("deleted"):
        pod = attrs.evolve(pod, metadata=attrs.evolve(pod.metadata, deletion_timestamp=0))
    container = next(
        each for each in (*pod.spec.init_containers, *pod.spec.containers) if each.name == given["container"]
    )
    status = None if step.get("status") is None else from_json(PodStatus, step["status"])
    return Look(
        pod,
        container,
        given["probeType"],
        status,
        step.get("probe", ""),
        given["isInit"],
        given["kubeletStartedAfterContainer"],
        given["initialDelayOver"],
    )


def run_probe_worker(case: Case) -> dict[str, Any]:
    """A probe's worker, step by step."""
    worker, steps = Worker(), []
    for each in case.input["steps"]:
        worker, goes_on = do_probe(worker, load_look(case, each))
        steps.append({"keepGoing": goes_on, "result": RESULTS.get(worker.result, worker.result)})
    return {"steps": steps}


def run_admit(case: Case) -> dict[str, Any]:
    """Whether the pod is admitted, the reason that is given, and everything against it."""
    pod, node = load_pod(case.input["pod"]), from_json(Node, case.input["node"])
    others = tuple(map(load_pod, case.input["otherPods"] or ()))
    rejection = check(pod, node, others)
    info = new_node_info(node, others)
    why = None if rejection is None else {"reason": rejection.reason, "message": rejection.message}
    failures = [say_failure(each) for each in general_filter(pod, info)]
    return {"admit": rejection is None, "anyOf": why, "generalFilter": failures}


def one_of_them(expected: Any, actual: Any) -> str:
    """One of the reasons that can be given; none where none can."""
    return one_of(expected or [None], actual)


def say_failure(failure: Failure) -> dict[str, Any]:
    """One failure as the table writes it."""
    if isinstance(failure, str):
        return {"reason": REASONS[failure]}
    return {
        "capacity": failure.capacity,
        "reason": f"Insufficient {failure.resource}",
        "requested": failure.requested,
        "resource": failure.resource,
        "used": failure.used,
    }


def run_probe_pod_status(case: Case) -> dict[str, Any]:
    """Whether each container counts as started and ready, from the results stored of its probes."""
    pod, status = load_pod(case.input["pod"]), from_json(PodStatus, case.input["status"])
    given: Mapping[str, Any] = case.input.get("probeResults") or {}
    found = {}
    for each in status.init_container_statuses + status.container_statuses:
        container = next(held for held in (*pod.spec.init_containers, *pod.spec.containers) if held.name == each.name)
        found[each.name] = say_probes(
            each, container, given.get(each.name, {}), init=container in pod.spec.init_containers
        )
    return {"containers": found}


def say_probes(
    status: ContainerStatus, container: Container, results: Mapping[str, str], *, init: bool
) -> dict[str, Any]:
    """Started and ready of one container; a probe whose worker has stored nothing has the result ""."""
    probes = probes_of(container) if not init or is_sidecar(container) else ()
    startup = results.get("startup", "" if "startup" in probes else None)
    started = is_started(running=status.state.running is not None, startup=startup, was_started=bool(status.started))
    if init and not is_sidecar(container):
        ended = status.state.terminated
        return {"ready": status.ready or (ended is not None and ended.exit_code == 0), "started": started}
    if not started:
        return {"ready": status.ready, "started": False}
    readiness = results.get("readiness", "" if "readiness" in probes else None)
    return {"ready": is_ready(started=started, readiness=readiness, was_ready=False), "started": True}


ADAPTERS = (
    Adapter("kubelet", "admit", run_admit, by_member(anyOf=one_of_them, generalFilter=as_multiset)),
    Adapter("kubelet", "compute_pod_actions", run_compute_pod_actions, by_member(containersToKill=as_multiset)),
    Adapter("kubelet", "container_should_restart", run_container_should_restart),
    Adapter("kubelet", "crash_loop_backoff", run_crash_loop_backoff),
    Adapter("kubelet", "get_phase", run_get_phase),
    Adapter("kubelet", "oom_score_adj", run_oom_score_adj),
    Adapter("kubelet", "pod_conditions", run_pod_conditions),
    Adapter("kubelet", "pod_requests_limits", run_pod_requests_limits),
    Adapter("kubelet", "probe_pod_status", run_probe_pod_status),
    Adapter("kubelet", "probe_worker", run_probe_worker),
    Adapter("kubelet", "qos_class", run_qos_class),
    Adapter("kubelet_phase", "get_phase", run_get_phase),
    Adapter("kubelet_qos", "compute_pod_qos", run_qos_class),
)
