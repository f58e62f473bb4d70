"""The fields of a pod that the real scheduler would look at and the model does not.

A verdict lists them as assumptions. Everything else in a pod is either modelled or read by no default plugin of
release 1.36. A field of *another* pod can matter too (its anti-affinity keeps this one away), so a caller asks for
all pods of its input.
"""

from collections.abc import Iterator

from seatrial.model.api.core import Pod

CONSTRAINING_VOLUMES = (
    "awsElasticBlockStore", "azureDisk", "cinder", "csi", "ephemeral", "gcePersistentDisk", "iscsi",
    "persistentVolumeClaim", "portworxVolume", "rbd", "vsphereVolume",
)
SPEC_FIELDS = ("resourceClaims", "schedulingGroup", "topologySpreadConstraints", "workloadRef")
AFFINITY_FIELDS = ("podAffinity", "podAntiAffinity")


def unmodelled_constraints(pod: Pod) -> tuple[str, ...]:
    """The JSON paths of the pod's fields that could change where it goes, and that the model ignores."""
    return tuple(_paths(pod))


def _paths(pod: Pod) -> Iterator[str]:
    spec = pod.spec
    if spec.affinity is not None:
        yield from (f"spec.affinity.{name}" for name in AFFINITY_FIELDS if spec.affinity.unmodelled.get(name))
    if spec.priority or spec.priority_class_name:
        # Pods of unequal priority may preempt each other.
        yield "spec.priority"
    yield from (f"spec.{name}" for name in SPEC_FIELDS if spec.unmodelled.get(name))
    for volume in spec.unmodelled.get("volumes") or ():
        yield from (f"spec.volumes[{volume.get('name', '')}].{kind}" for kind in CONSTRAINING_VOLUMES if kind in volume)
    if pod.status.nominated_node_name and not spec.node_name:
        yield "status.nominatedNodeName"
