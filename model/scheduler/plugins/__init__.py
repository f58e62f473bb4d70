"""The scheduler's plugins: one module each, with its PLUGIN, in the order in which the default profile runs them.

InterPodAffinity and PodTopologySpread have a second module for their scores, and a third for what both halves read of
a pod (`affinity_terms`, `spread_constraints`).

Left out of the slice: VolumeRestrictions, NodeVolumeLimits, VolumeBinding, VolumeZone, DynamicResources,
NodeDeclaredFeatures, DefaultPreemption. That is sound for a pod whose fields they do not read;
`seatrial.model.scheduler.unmodelled` lists the fields of a pod that they would.
"""

from seatrial.model.scheduler.plugins import (
    image_locality,
    inter_pod_affinity,
    node_affinity,
    node_name,
    node_ports,
    node_resources_balanced,
    node_resources_fit,
    node_unschedulable,
    pod_topology_spread,
    scheduling_gates,
    taint_toleration,
)

PLUGINS = (
    scheduling_gates.PLUGIN,
    node_unschedulable.PLUGIN,
    node_name.PLUGIN,
    taint_toleration.PLUGIN,
    node_affinity.PLUGIN,
    node_ports.PLUGIN,
    node_resources_fit.PLUGIN,
    pod_topology_spread.PLUGIN,
    inter_pod_affinity.PLUGIN,
    node_resources_balanced.PLUGIN,
    image_locality.PLUGIN,
)
