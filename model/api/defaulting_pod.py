"""Defaults of pods and pod templates.

Mirrors pkg/apis/core/v1/defaults.go (SetDefaults_PodSpec, _Pod, _Container, _Probe, _Volume and those of the volume
sources; release 1.36), and what decoding does besides: serviceAccount and serviceAccountName are one field. The spec
of a template is defaulted once, however many pods are made from it: results are remembered by identity. Left out:
volume types that only storage vendors used (rbd, iscsi, azureDisk, scaleIO), and rounding quantities finer than a
thousandth.
"""

import re
from functools import lru_cache, partial
from typing import Any

from seatrial.model.api.core import Container, ContainerPort, Pod, PodSpec, PodTemplateSpec, Probe, ResourceRequirements
from seatrial.model.api.defaults import Tree, change_entry, each, fill, fill_tree, fill_unmodelled, replace
from seatrial.model.evolve import evolve
from seatrial.model.frozen import EMPTY
from seatrial.model.identity import Same

REMEMBERED = 1024
FILE_MODE = 0o644
TOKEN_SECONDS = 3600
_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
REFERENCE = re.compile(
    rf"(?:{_LABEL}(?:\.{_LABEL})*(?::[0-9]+)?/)?{_PART}(?:/{_PART})*"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?(?:@(?P<digest>[A-Za-z][\w+.-]*:[0-9a-fA-F]{32,}))?", re.ASCII)
NO_SOURCE = ("name",)
CONTAINER = {"terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"}


def default_pod(pod: Pod) -> Pod:
    """A pod with its defaults."""
    return replace(pod, spec=_default_whole_spec(Same(pod.spec)))


def default_template(template: PodTemplateSpec) -> PodTemplateSpec:
    """A pod template with its defaults: fewer than a pod's own."""
    return replace(template, spec=default_pod_spec(Same(template.spec)))


@lru_cache(maxsize=REMEMBERED)
def _default_whole_spec(spec_of: Same) -> PodSpec:
    spec: PodSpec = spec_of.value
    change = partial(_default_own_container, host_network=spec.host_network)
    containers, inits = each(spec.containers, change), each(spec.init_containers, change)
    spec = replace(spec, containers=containers, init_containers=inits)
    return default_pod_spec(Same(fill_unmodelled(spec, {"enableServiceLinks": True})))


def _default_own_container(container: Container, *, host_network: bool) -> Container:
    """What only a pod's own containers get: requests from limits, and the host's ports."""
    container = replace(container, resources=default_requests(container.resources))
    if host_network:
        container = replace(container, ports=each(container.ports, _default_host_port))
    return container


def default_requests(resources: ResourceRequirements) -> ResourceRequirements:
    """A limit without a request is a request too."""
    missing = {name: amount for name, amount in resources.limits.items() if name not in resources.requests}
    return evolve(resources, requests=resources.requests.update(missing)) if missing else resources


def _default_host_port(port: ContainerPort) -> ContainerPort:
    return port if port.host_port else evolve(port, host_port=port.container_port)


@lru_cache(maxsize=REMEMBERED)
def default_pod_spec(spec_of: Same) -> PodSpec:
    """A pod's spec with its defaults, wherever it stands."""
    spec: PodSpec = spec_of.value
    spec = fill(spec, restart_policy="Always", termination_grace_period_seconds=30, scheduler_name="default-scheduler")
    account = spec.service_account_name or spec.service_account
    unmodelled = fill_tree(spec.unmodelled, {"dnsPolicy": "ClusterFirst", "securityContext": EMPTY})
    unmodelled = change_entry(unmodelled, "volumes", partial(each, change=default_volume))
    unmodelled = change_entry(unmodelled, "ephemeralContainers", partial(each, change=default_container_tree))
    return replace(
        spec, service_account_name=account, service_account=account, unmodelled=unmodelled,
        containers=each(spec.containers, default_container),
        init_containers=each(spec.init_containers, default_container))


def default_container(container: Container) -> Container:
    """A container with its defaults."""
    unmodelled = _default_environment(fill_tree(container.unmodelled, CONTAINER))
    return replace(
        fill(container, image_pull_policy=pull_policy(container.image)),
        ports=each(container.ports, default_port),
        readiness_probe=default_probe(container.readiness_probe),
        liveness_probe=default_probe(container.liveness_probe),
        startup_probe=default_probe(container.startup_probe),
        unmodelled=change_entry(unmodelled, "lifecycle", _default_lifecycle))


def default_container_tree(container: Tree) -> Tree:
    """The same of a container that the model does not look into."""
    container = fill_tree(container, {**CONTAINER, "imagePullPolicy": pull_policy(container.get("image") or "")})
    return _default_environment(container)


def pull_policy(image: str) -> str:
    """Always for the tag latest, said or implied; else, and for text that names no image, IfNotPresent."""
    match = REFERENCE.fullmatch(image)
    if match is None or (match["digest"] and not match["tag"]):
        return "IfNotPresent"
    return "Always" if match["tag"] in (None, "latest") else "IfNotPresent"


def default_port(port: ContainerPort) -> ContainerPort:
    """A container's port is a TCP port."""
    return fill(port, protocol="TCP")


def default_probe(probe: Probe | None) -> Probe | None:
    """A probe with its timing."""
    if probe is None:
        return None
    timing = {"timeout_seconds": 1, "period_seconds": 10, "success_threshold": 1, "failure_threshold": 3}
    missing = {name: default for name, default in timing.items() if not getattr(probe, name)}
    probe = evolve(probe, **missing) if missing else probe
    handler = change_entry(probe.unmodelled, "httpGet", _default_http_get)
    return replace(probe, unmodelled=change_entry(handler, "grpc", lambda grpc: fill_tree(grpc, {"service": ""})))


def _default_http_get(action: Tree) -> Tree:
    if action.get("path") == "":
        action = action.set("path", "/")
    if action.get("scheme") == "":
        action = action.set("scheme", "HTTP")
    return fill_tree(action, {"path": "/", "scheme": "HTTP"})


def _default_lifecycle(lifecycle: Tree) -> Tree:
    for hook in ("postStart", "preStop"):
        lifecycle = change_entry(lifecycle, hook, lambda held: change_entry(held, "httpGet", _default_http_get))
    return lifecycle


def _default_environment(container: Tree) -> Tree:
    return change_entry(container, "env", partial(each, change=_default_variable))


def _default_variable(variable: Tree) -> Tree:
    return change_entry(variable, "valueFrom", _default_field_ref)


def _default_field_ref(holder: Tree) -> Tree:
    return change_entry(holder, "fieldRef", lambda ref: ref if ref.get("apiVersion") else ref.set("apiVersion", "v1"))


def default_volume(volume: Tree) -> Tree:
    """A volume with the defaults of its source; one without a source is an empty directory."""
    if all(key in NO_SOURCE or volume[key] is None for key in volume):
        return volume.set("emptyDir", EMPTY)
    for source, change in VOLUME_SOURCES.items():
        volume = change_entry(volume, source, change)
    return volume


def _default_mode(source: Tree) -> Tree:
    return fill_tree(source, {"defaultMode": FILE_MODE})


def _default_downward(source: Tree) -> Tree:
    return change_entry(source, "items", partial(each, change=_default_field_ref))


def _default_projected(source: Tree) -> Tree:
    return change_entry(_default_mode(source), "sources", partial(each, change=_default_projection))


def _default_projection(source: Tree) -> Tree:
    expiry = {"expirationSeconds": TOKEN_SECONDS}
    source = change_entry(source, "serviceAccountToken", lambda token: fill_tree(token, expiry))
    return change_entry(source, "downwardAPI", _default_downward)


def _default_ephemeral(source: Tree) -> Tree:
    return change_entry(source, "volumeClaimTemplate", lambda template: change_entry(
        template, "spec", lambda spec: fill_tree(spec, {"volumeMode": "Filesystem"})))


VOLUME_SOURCES: dict[str, Any] = {
    "configMap": _default_mode,
    "downwardAPI": lambda source: _default_downward(_default_mode(source)),
    "ephemeral": _default_ephemeral,
    "hostPath": lambda source: fill_tree(source, {"type": ""}),
    "projected": _default_projected,
    "secret": _default_mode,
}
