"""The subresources scale, binding, eviction and finalize; status is an update or patch of the object itself.

Mirrors pkg/registry/apps/{deployment,replicaset}/storage (ScaleREST), pkg/registry/core/pod/storage (BindingREST,
EvictionREST) and pkg/registry/core/namespace/storage (FinalizeREST), release 1.36. Evictions know no
PodDisruptionBudget until its controller is modelled: one that matches the pod ends the request with a 500 that says
so, since guessing either way could hide or invent an outage.
"""

from typing import Any

import attrs

from seatrial.model.api.autoscaling import Scale, ScaleSpec, ScaleStatus
from seatrial.model.api.core import Pod
from seatrial.model.api.meta import Condition, LabelSelector, ObjectMeta, Strings, get_condition
from seatrial.model.api.registry import Kind
from seatrial.model.api.wire import from_json
from seatrial.model.apiserver.clock import now
from seatrial.model.apiserver.deletion import TERMINAL, check_preconditions, delete_object
from seatrial.model.apiserver.request import Request
from seatrial.model.apiserver.status import conflict, invalid, not_found, not_modelled, uid_conflict
from seatrial.model.apiserver.verbs import (
    CREATED,
    OK,
    Verb,
    begin_update,
    check_version,
    nothing_to_do,
    patched,
    prepare_update,
    raise_generation,
    store_update,
)
from seatrial.model.client.calls import DeleteOptions, Patch, Reply
from seatrial.model.etcd.store import read, write
from seatrial.model.evolve import evolve
from seatrial.model.frozen import EMPTY
from seatrial.model.meta.labels import format_requirements, matches_selector, requirements_of
from seatrial.model.system import System
from seatrial.model.view import View

BUDGETS = "poddisruptionbudgets"
SCALE = Kind("Scale", "autoscaling/v1", "scales", Scale)


@attrs.frozen
class Binding:
    """The body of a binding: the pod's UID ("" for any), the node, and labels for the pod."""

    uid: str
    node: str
    labels: Strings = EMPTY


# Scale.


def scale_of(value: Any) -> Scale:  # noqa: ANN401 -- a Deployment or ReplicaSet
    """The scale of a workload, as the subresource shows it."""
    meta = value.metadata
    selector = format_requirements(requirements_of(value.spec.selector) or ())
    return Scale(
        ObjectMeta(name=meta.name, namespace=meta.namespace, uid=meta.uid, resource_version=meta.resource_version,
                   creation_timestamp=meta.creation_timestamp),
        ScaleSpec(value.spec.replicas or 0), ScaleStatus(value.status.replicas, selector))


def get_scale(view: View, system: System, request: Request) -> Reply:
    """The scale of a live workload."""
    del system
    found = read(view, request.call.resource, request.call.key)
    return not_found(request.kind, request.name) if found is None else Reply(OK, scale_of(found))


def prepare_scale(view: View, system: System, request: Request) -> Request | Reply:
    """The stored workload, and the scale that the client wants."""
    del system
    old = read(view, request.call.resource, request.call.key)
    if old is None:
        return not_found(request.kind, request.name)
    wanted = request.call.body
    if isinstance(wanted, Patch):
        wanted = patched(SCALE, scale_of(old), request)
    return wanted if isinstance(wanted, Reply) else evolve(request, old=old, new=wanted)


def begin_scale(view: View, system: System, request: Request) -> Request | Reply:
    """Checks the version and the number."""
    del view, system
    refusal = check_version(request)
    if refusal is None and request.new.spec.replicas < 0:
        why = f"spec.replicas: Invalid value: {request.new.spec.replicas}: must be greater than or equal to 0"
        refusal = invalid(SCALE, request.old.metadata.name, why)
    return refusal or request


def store_scale(view: View, system: System, request: Request) -> Reply:
    """Writes spec.replicas of the workload, and nothing else of it."""
    old = request.old
    new = evolve(old, spec=evolve(old.spec, replicas=request.new.spec.replicas))
    new = raise_generation(request.kind, old, new)
    return Reply(OK, scale_of(write(view, system, request.kind.resource, request.call.key, new)))


# Binding.


def prepare_binding(view: View, system: System, request: Request) -> Request | Reply:
    """The stored pod, and the binding: a (UID, node) pair or a Binding."""
    del system
    old = read(view, "pods", request.call.key)
    if old is None:
        return not_found(request.kind, request.name)
    body = request.call.body
    return evolve(request, old=old, new=body if isinstance(body, Binding) else Binding(*body))


def store_binding(view: View, system: System, request: Request) -> Reply:
    """Assigns a pod to a node, once; any second binding conflicts (setPodNodeAndMetadata)."""
    kind, pod, binding = request.kind, request.old, request.new
    if binding.uid and binding.uid != pod.metadata.uid:
        return uid_conflict(kind, pod, binding.uid)
    name = pod.metadata.name
    if pod.metadata.deletion_timestamp is not None:
        return conflict(kind, name, f"pod {name} is being deleted, cannot be assigned to a host", "pods/binding")
    if pod.spec.node_name:
        return conflict(kind, name, f'pod {name} is already assigned to node "{pod.spec.node_name}"', "pods/binding")
    if pod.spec.scheduling_gates:
        return conflict(kind, name, f"pod {name} has non-empty .spec.schedulingGates", "pods/binding")
    write(view, system, "pods", request.call.key, bound(pod, binding, now(view)))
    return Reply(CREATED)


def bound(pod: Pod, binding: Binding, clock: int) -> Pod:
    """The pod on its node, with the binding's labels and the condition PodScheduled."""
    conditions = tuple(each for each in pod.status.conditions if each.type != "PodScheduled")
    held = get_condition(pod.status.conditions, "PodScheduled")
    since = held.last_transition_time if held is not None and held.status == "True" else clock
    scheduled = Condition(type="PodScheduled", status="True", last_transition_time=since)
    meta = pod.metadata
    if binding.labels:
        meta = evolve(meta, labels=meta.labels.update(binding.labels))
    return evolve(pod, metadata=meta, spec=evolve(pod.spec, node_name=binding.node),
                        status=evolve(pod.status, conditions=(*conditions, scheduled)))


# Eviction.


def prepare_eviction(view: View, system: System, request: Request) -> Request | Reply:
    """The stored pod."""
    del system
    old = read(view, "pods", request.call.key)
    return not_found(request.kind, request.name) if old is None else evolve(request, old=old)


def store_eviction(view: View, system: System, request: Request) -> Reply:
    """Deletes the pod gracefully, unless a budget must be asked; 201 also when it is on its way out already."""
    kind, pod, options = request.kind, request.old, eviction_options(request)
    refusal = check_preconditions(kind, pod, options)
    if refusal is not None:
        return refusal
    budgets = () if can_ignore_budget(pod) else matching_budgets(view, pod)
    if budgets:
        return not_modelled(view, kind, pod.metadata.name,
                            f"its eviction depends on the PodDisruptionBudget {budgets[0]}, whose controller is not "
                            "there; leave the budget out to see the drain without it")
    reply = delete_object(view, system, kind, pod, options)
    return Reply(CREATED) if reply.ok else reply


def eviction_options(request: Request) -> DeleteOptions:
    """The delete options of an eviction: its body, or those of the call."""
    body = request.call.body
    return body if isinstance(body, DeleteOptions) else request.call.options


def can_ignore_budget(pod: Pod) -> bool:
    """Is this pod beyond disruption: ended, not running yet, or on its way out (canIgnorePDB)?"""
    return pod.status.phase in (*TERMINAL, "Pending") or pod.metadata.deletion_timestamp is not None


def matching_budgets(view: View, pod: Pod) -> tuple[str, ...]:
    """The names of the PodDisruptionBudgets that cover a pod; one without a selector covers none."""
    namespace = pod.metadata.namespace
    return tuple(key for key, budget in view.scan("object", "", BUDGETS)
                 if key.startswith(f"{namespace}/") and _covers(budget, pod))


def _covers(budget: Any, pod: Pod) -> bool:  # noqa: ANN401 -- typed or not
    if hasattr(budget, "spec"):
        selector = budget.spec.selector
    else:
        tree = budget.unmodelled.get("spec", EMPTY).get("selector")
        selector = None if tree is None else from_json(LabelSelector, tree)
    return selector is not None and matches_selector(selector, pod.metadata.labels)


# Finalize.


def begin_finalize(view: View, system: System, request: Request) -> Request | Reply:
    """Only the finalizers of the namespace's spec are taken from the client (namespaceFinalizeStrategy)."""
    finalizers = request.new.spec.finalizers
    updated = begin_update(view, system, evolve(request, new=evolve(request.new, spec=request.old.spec)))
    if isinstance(updated, Reply):
        return updated
    spec = evolve(request.old.spec, finalizers=finalizers)
    return updated.with_new(evolve(updated.new, spec=spec, status=request.old.status))


GET_SCALE_VERB = Verb(nothing_to_do, nothing_to_do, get_scale)
SCALE_VERB = Verb(prepare_scale, begin_scale, store_scale)
BINDING_VERB = Verb(prepare_binding, nothing_to_do, store_binding)
EVICTION_VERB = Verb(prepare_eviction, nothing_to_do, store_eviction)
FINALIZE_VERB = Verb(prepare_update, begin_finalize, store_update)
