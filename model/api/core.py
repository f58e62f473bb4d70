"""The core/v1 kinds of the slice; mirrors staging/src/k8s.io/api/core/v1/types.go (release 1.36).

Only fields that some modelled component reads have attributes; all others stay in `unmodelled`, verbatim.
"""

import attrs

from seatrial.model.api.affinity import Affinity, TopologySpreadConstraint
from seatrial.model.api.meta import Condition, Json, ObjectMeta, Strings, TemplateMeta
from seatrial.model.api.wire import (
    flag,
    int_or_string,
    many,
    number,
    one,
    optional,
    optional_flag,
    optional_number,
    quantities,
    strings,
    text,
    texts,
    time,
    unmodelled,
)


@attrs.frozen(cache_hash=True)
class ContainerPort:
    """A port that a container says it listens on."""

    name: str = text("name")
    host_port: int = number("hostPort")
    container_port: int = number("containerPort", keep=True)
    protocol: str = text("protocol")
    host_ip: str = text("hostIP")


@attrs.frozen(cache_hash=True)
class ResourceRequirements:
    """What a container asks for, and what it may use at most."""

    limits: Strings = quantities("limits")
    requests: Strings = quantities("requests")
    unmodelled: Json = unmodelled()


@attrs.frozen(cache_hash=True)
class Probe:
    """A probe's timing; what it does (HTTP, exec, …) is the machine's business and stays unmodelled."""

    initial_delay_seconds: int = number("initialDelaySeconds")
    timeout_seconds: int = number("timeoutSeconds")
    period_seconds: int = number("periodSeconds")
    success_threshold: int = number("successThreshold")
    failure_threshold: int = number("failureThreshold")
    unmodelled: Json = unmodelled()


@attrs.frozen(cache_hash=True)
class Container:
    """A container of a pod."""

    name: str = text("name", keep=True)
    image: str = text("image")
    image_pull_policy: str = text("imagePullPolicy")
    restart_policy: str = text("restartPolicy")
    ports: tuple[ContainerPort, ...] = many("ports", ContainerPort)
    resources: ResourceRequirements = one("resources", ResourceRequirements)
    readiness_probe: Probe | None = optional("readinessProbe", Probe)
    liveness_probe: Probe | None = optional("livenessProbe", Probe)
    startup_probe: Probe | None = optional("startupProbe", Probe)
    unmodelled: Json = unmodelled()


@attrs.frozen(cache_hash=True)
class Toleration:
    """A taint that a pod can live with."""

    key: str = text("key")
    operator: str = text("operator")
    value: str = text("value")
    effect: str = text("effect")
    toleration_seconds: int | None = optional_number("tolerationSeconds")


@attrs.frozen(cache_hash=True)
class PodReadinessGate:
    """A condition that must be True before the pod counts as ready."""

    condition_type: str = text("conditionType", keep=True)


@attrs.frozen(cache_hash=True)
class PodSchedulingGate:
    """Something that must let go before the pod is scheduled."""

    name: str = text("name", keep=True)


@attrs.frozen(cache_hash=True)
class PodSpec:
    """What a pod should be."""

    node_name: str = text("nodeName")
    containers: tuple[Container, ...] = many("containers", Container)
    init_containers: tuple[Container, ...] = many("initContainers", Container)
    restart_policy: str = text("restartPolicy")
    scheduler_name: str = text("schedulerName")
    service_account_name: str = text("serviceAccountName")
    service_account: str = text("serviceAccount")
    termination_grace_period_seconds: int | None = optional_number("terminationGracePeriodSeconds")
    node_selector: Strings = strings("nodeSelector")
    affinity: Affinity | None = optional("affinity", Affinity)
    tolerations: tuple[Toleration, ...] = many("tolerations", Toleration)
    overhead: Strings = quantities("overhead")
    host_network: bool = flag("hostNetwork")
    priority: int | None = optional_number("priority")
    priority_class_name: str = text("priorityClassName")
    preemption_policy: str = text("preemptionPolicy")
    readiness_gates: tuple[PodReadinessGate, ...] = many("readinessGates", PodReadinessGate)
    hostname: str = text("hostname")
    subdomain: str = text("subdomain")
    scheduling_gates: tuple[PodSchedulingGate, ...] = many("schedulingGates", PodSchedulingGate)
    resources: ResourceRequirements | None = optional("resources", ResourceRequirements)
    topology_spread_constraints: tuple[TopologySpreadConstraint, ...] = many("topologySpreadConstraints",
                                                                             TopologySpreadConstraint)
    unmodelled: Json = unmodelled()


@attrs.frozen(cache_hash=True)
class Waiting:
    """Why a container does not run yet."""

    reason: str = text("reason")
    message: str = text("message")


@attrs.frozen(cache_hash=True)
class Running:
    """Since when a container runs."""

    started_at: int | None = time("startedAt")


@attrs.frozen(cache_hash=True)
class Terminated:
    """How a container ended."""

    exit_code: int = number("exitCode", keep=True)
    reason: str = text("reason")
    started_at: int | None = time("startedAt")
    finished_at: int | None = time("finishedAt")
    unmodelled: Json = unmodelled()


@attrs.frozen(cache_hash=True)
class ContainerState:
    """At most one of waiting, running, terminated."""

    waiting: Waiting | None = optional("waiting", Waiting)
    running: Running | None = optional("running", Running)
    terminated: Terminated | None = optional("terminated", Terminated)


@attrs.frozen(cache_hash=True)
class ContainerStatus:
    """What the kubelet last reported of a container."""

    name: str = text("name", keep=True)
    ready: bool = flag("ready", keep=True)
    restart_count: int = number("restartCount", keep=True)
    image: str = text("image", keep=True)
    image_id: str = text("imageID", keep=True)
    container_id: str = text("containerID")
    started: bool | None = optional_flag("started")
    state: ContainerState = one("state", ContainerState, keep=True)
    last_state: ContainerState = one("lastState", ContainerState, keep=True)
    unmodelled: Json = unmodelled()


@attrs.frozen(cache_hash=True)
class PodIP:
    """One address of a pod."""

    ip: str = text("ip")


@attrs.frozen(cache_hash=True)
class PodStatus:
    """What is known of a pod."""

    phase: str = text("phase")
    conditions: tuple[Condition, ...] = many("conditions", Condition)
    reason: str = text("reason")
    message: str = text("message")
    nominated_node_name: str = text("nominatedNodeName")
    host_ip: str = text("hostIP")
    pod_ip: str = text("podIP")
    pod_ips: tuple[PodIP, ...] = many("podIPs", PodIP)
    start_time: int | None = time("startTime")
    init_container_statuses: tuple[ContainerStatus, ...] = many("initContainerStatuses", ContainerStatus)
    container_statuses: tuple[ContainerStatus, ...] = many("containerStatuses", ContainerStatus)
    observed_generation: int = number("observedGeneration")
    unmodelled: Json = unmodelled()


@attrs.frozen(cache_hash=True)
class Pod:
    """A pod."""

    metadata: ObjectMeta = one("metadata", ObjectMeta, keep=True)
    spec: PodSpec = one("spec", PodSpec, keep=True)
    status: PodStatus = one("status", PodStatus)


@attrs.frozen(cache_hash=True)
class PodTemplateSpec:
    """What a controller makes its pods from."""

    metadata: TemplateMeta = one("metadata", TemplateMeta, keep=True)
    spec: PodSpec = one("spec", PodSpec, keep=True)


@attrs.frozen(cache_hash=True)
class Taint:
    """A mark on a node that repels pods without the toleration."""

    key: str = text("key", keep=True)
    value: str = text("value")
    effect: str = text("effect", keep=True)
    time_added: int | None = time("timeAdded")


@attrs.frozen(cache_hash=True)
class NodeSpec:
    """What a node should be."""

    pod_cidr: str = text("podCIDR")
    provider_id: str = text("providerID")
    unschedulable: bool = flag("unschedulable")
    taints: tuple[Taint, ...] = many("taints", Taint)
    unmodelled: Json = unmodelled()


@attrs.frozen(cache_hash=True)
class ContainerImage:
    """An image that a node has, under one or more names; its size in bytes."""

    names: tuple[str, ...] = texts("names")
    size_bytes: int = number("sizeBytes")


@attrs.frozen(cache_hash=True)
class NodeStatus:
    """What is known of a node."""

    capacity: Strings = quantities("capacity")
    allocatable: Strings = quantities("allocatable")
    conditions: tuple[Condition, ...] = many("conditions", Condition)
    images: tuple[ContainerImage, ...] = many("images", ContainerImage)
    unmodelled: Json = unmodelled()


@attrs.frozen(cache_hash=True)
class Node:
    """A node."""

    metadata: ObjectMeta = one("metadata", ObjectMeta, keep=True)
    spec: NodeSpec = one("spec", NodeSpec, keep=True)
    status: NodeStatus = one("status", NodeStatus, keep=True)


@attrs.frozen(cache_hash=True)
class ServicePort:
    """A port that a Service offers."""

    name: str = text("name")
    protocol: str = text("protocol")
    app_protocol: str = text("appProtocol")
    port: int = number("port", keep=True)
    target_port: int | str | None = int_or_string("targetPort")
    node_port: int = number("nodePort")


@attrs.frozen(cache_hash=True)
class ServiceSpec:
    """What a Service should be."""

    type: str = text("type")
    selector: Strings = strings("selector")
    ports: tuple[ServicePort, ...] = many("ports", ServicePort)
    cluster_ip: str = text("clusterIP")
    cluster_ips: tuple[str, ...] = texts("clusterIPs")
    external_ips: tuple[str, ...] = texts("externalIPs")
    ip_families: tuple[str, ...] = texts("ipFamilies")
    publish_not_ready_addresses: bool = flag("publishNotReadyAddresses")
    internal_traffic_policy: str = text("internalTrafficPolicy")
    external_traffic_policy: str = text("externalTrafficPolicy")
    session_affinity: str = text("sessionAffinity")
    load_balancer_class: str = text("loadBalancerClass")
    allocate_load_balancer_node_ports: bool | None = optional_flag("allocateLoadBalancerNodePorts")
    traffic_distribution: str = text("trafficDistribution")
    unmodelled: Json = unmodelled()


@attrs.frozen(cache_hash=True)
class LoadBalancerIngress:
    """Where a load balancer is reached."""

    ip: str = text("ip")
    hostname: str = text("hostname")
    unmodelled: Json = unmodelled()


@attrs.frozen(cache_hash=True)
class LoadBalancerStatus:
    """The load balancer's addresses."""

    ingress: tuple[LoadBalancerIngress, ...] = many("ingress", LoadBalancerIngress)


@attrs.frozen(cache_hash=True)
class ServiceStatus:
    """What is known of a Service."""

    load_balancer: LoadBalancerStatus = one("loadBalancer", LoadBalancerStatus, keep=True)
    conditions: tuple[Condition, ...] = many("conditions", Condition)


@attrs.frozen(cache_hash=True)
class Service:
    """A Service."""

    metadata: ObjectMeta = one("metadata", ObjectMeta, keep=True)
    spec: ServiceSpec = one("spec", ServiceSpec, keep=True)
    status: ServiceStatus = one("status", ServiceStatus, keep=True)


@attrs.frozen(cache_hash=True)
class NamespaceSpec:
    """Who must let go before a namespace goes."""

    finalizers: tuple[str, ...] = texts("finalizers")


@attrs.frozen(cache_hash=True)
class NamespaceStatus:
    """Active or Terminating."""

    phase: str = text("phase")
    conditions: tuple[Condition, ...] = many("conditions", Condition)


@attrs.frozen(cache_hash=True)
class Namespace:
    """A namespace."""

    metadata: ObjectMeta = one("metadata", ObjectMeta, keep=True)
    spec: NamespaceSpec = one("spec", NamespaceSpec, keep=True)
    status: NamespaceStatus = one("status", NamespaceStatus, keep=True)


@attrs.frozen(cache_hash=True)
class ServiceAccount:
    """A ServiceAccount."""

    metadata: ObjectMeta = one("metadata", ObjectMeta, keep=True)
    automount_service_account_token: bool | None = optional_flag("automountServiceAccountToken")
    unmodelled: Json = unmodelled()


@attrs.frozen(cache_hash=True)
class ResourceQuotaSpec:
    """What a namespace may use."""

    hard: Strings = quantities("hard")
    scopes: tuple[str, ...] = texts("scopes")
    unmodelled: Json = unmodelled()


@attrs.frozen(cache_hash=True)
class ResourceQuotaStatus:
    """What it uses."""

    hard: Strings = quantities("hard")
    used: Strings = quantities("used")


@attrs.frozen(cache_hash=True)
class ResourceQuota:
    """A ResourceQuota."""

    metadata: ObjectMeta = one("metadata", ObjectMeta, keep=True)
    spec: ResourceQuotaSpec = one("spec", ResourceQuotaSpec, keep=True)
    status: ResourceQuotaStatus = one("status", ResourceQuotaStatus, keep=True)


@attrs.frozen(cache_hash=True)
class ConfigMap:
    """A ConfigMap; its data is kept, unmodelled."""

    metadata: ObjectMeta = one("metadata", ObjectMeta, keep=True)
    unmodelled: Json = unmodelled()
