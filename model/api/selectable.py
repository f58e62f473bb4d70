"""The fields that a watch can select objects by.

Mirrors ToSelectableFields of pkg/registry/core/{pod,node} (release 1.36); any other kind has its name and namespace.
Left out: the fields of Events, Namespaces, Secrets and other kinds that nobody modelled selects by.
"""

from collections.abc import Callable, Mapping
from typing import Any

from seatrial.model.frozen import EMPTY, FrozenMap

Fields = Mapping[str, Callable[[Any], str]]


EVERY: Fields = FrozenMap({
    "metadata.name": lambda each: each.metadata.name,
    "metadata.namespace": lambda each: each.metadata.namespace,
})
BY_RESOURCE: Mapping[str, Fields] = FrozenMap({
    "nodes": FrozenMap({"spec.unschedulable": lambda node: "true" if node.spec.unschedulable else "false"}),
    "pods": FrozenMap({
        "spec.nodeName": lambda pod: pod.spec.node_name,
        "spec.restartPolicy": lambda pod: pod.spec.restart_policy,
        "spec.schedulerName": lambda pod: pod.spec.scheduler_name,
        "spec.serviceAccountName": lambda pod: pod.spec.service_account_name,
        "status.phase": lambda pod: pod.status.phase,
        "status.podIP": lambda pod: pod.status.pod_ip,
    }),
})


def field_of(resource: str, name: str) -> Callable[[Any], str]:
    """What reads a field; raises ValueError for one that the resource cannot be selected by."""
    own: Fields = BY_RESOURCE.get(resource, EMPTY)
    found = EVERY.get(name) or own.get(name)
    if found is None:
        known = ", ".join(sorted({*EVERY, *own}))
        raise ValueError(f"field label not supported: {name}: {resource} are selected by {known}")
    return found


def selectable_fields(resource: str, value: object, names: tuple[str, ...]) -> dict[str, str]:
    """These fields of an object, as text."""
    return {name: field_of(resource, name)(value) for name in names}
