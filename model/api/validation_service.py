"""Validation of Services.

Mirrors validateService of pkg/apis/core/validation/validation.go, release 1.36, in upstream's order. Of what
the registry fills in before it validates, clusterIPs is `normalize_cluster_ips`; node ports and families are
judged where they are given. Left out: the topology annotations.
"""

from typing import Final

from seatrial.model.api.field_errors import (
    Errors,
    duplicate,
    forbidden,
    invalid,
    joined,
    not_supported,
    required,
)
from seatrial.model.api.trees import Tree, indexed, items, part, text
from seatrial.model.api.validation_containers import PROTOCOLS
from seatrial.model.api.validation_formats import (
    cidr,
    dns_label,
    dns_subdomain,
    ip_address,
    is_ipv6,
    port_number,
    port_number_or_name,
)
from seatrial.model.api.validation_meta import label_name, validate_labels

TYPES: Final = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_FAMILIES: Final = ("IPv4", "IPv6")
_FAMILY_POLICIES: Final = ("PreferDualStack", "RequireDualStack", "SingleStack")
_TRAFFIC_POLICIES: Final = ("Cluster", "Local")
_DISTRIBUTIONS: Final = ("PreferClose", "PreferSameZone", "PreferSameNode")
_ONLY_BALANCER: Final = "may only be used when `type` is 'LoadBalancer'"
_NOT_EXTERNAL: Final = "may not be set for ExternalName services"
_RANGES_ANNOTATION: Final = "service.beta.kubernetes.io/load-balancer-source-ranges"
_ONE_DAY: Final = 86400
_DEFAULT_STICKY_SECONDS: Final = 10800
_SPECIAL_RANGES: Final = (
    ("127.", "may not be in the loopback range (127.0.0.0/8, ::1/128)"),
    ("169.254.", "may not be in the link-local range (169.254.0.0/16, fe80::/10)"),
    ("224.0.0.", "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"),
)


def validate_service(service: Tree) -> Errors:
    """A Service's spec on create."""
    spec = part(service, "spec")
    kind = text(spec, "type", "ClusterIP")
    return joined((
        _validate_kind(spec, kind),
        _validate_ports(spec),
        validate_labels(spec, "selector", "spec.selector"),
        _validate_session_affinity(spec),
        () if kind == "ExternalName" else _validate_cluster_ips(spec),
        joined(_validate_external_ip(ip, path) for path, ip in indexed(spec, "externalIPs", "spec")),
        () if kind in TYPES else not_supported("spec.type", kind, TYPES),
        _validate_port_conflicts(spec, kind),
        _validate_source_ranges(service, spec, kind),
        _validate_balancer_fields(spec, kind),
        _validate_traffic(spec, kind),
    ))  # fmt: skip


def is_headless(spec: Tree) -> bool:
    """Whether the Service has no cluster IP by its own wish."""
    return cluster_ips(spec) == ("None",)


def cluster_ips(spec: Tree) -> tuple[str, ...]:
    """The cluster IPs that are given."""
    return items(spec, "clusterIPs")


def normalize_cluster_ips(service: Tree) -> Tree:
    """The Service with clusterIPs filled in from clusterIP, as its registry does before validation.

    Mirrors normalizeClusterIPs of pkg/registry/core/service/storage/storage.go, release 1.36.
    """
    spec = part(service, "spec")
    if not text(spec, "clusterIP") or items(spec, "clusterIPs"):
        return service
    return {**service, "spec": {**spec, "clusterIPs": [spec["clusterIP"]]}}


def _validate_kind(spec: Tree, kind: str) -> Errors:
    headless = is_headless(spec)
    errors = () if spec.get("ports") or headless or kind == "ExternalName" else required("spec.ports")
    if kind in {"LoadBalancer", "NodePort"} and headless:
        errors += invalid("spec.clusterIPs[0]", "None", f"may not be set to 'None' for {kind} services")
    return errors + (_validate_external_name(spec) if kind == "ExternalName" else ())


def _validate_external_name(spec: Tree) -> Errors:
    given = {
        "clusterIPs": cluster_ips(spec),
        "ipFamilies": items(spec, "ipFamilies"),
        "ipFamilyPolicy": spec.get("ipFamilyPolicy"),
    }
    errors = joined(forbidden(f"spec.{key}", _NOT_EXTERNAL) for key in given if given[key])
    name = text(spec, "externalName").removesuffix(".")
    return errors + (dns_subdomain("spec.externalName", name) if name else required("spec.externalName"))


def _validate_ports(spec: Tree) -> Errors:
    errors: Errors = ()
    ports = indexed(spec, "ports", "spec")
    seen: list[str] = []
    for path, port in ports:
        name = text(port, "name")
        if name:
            errors += dns_label(f"{path}.name", name)
            errors += duplicate(f"{path}.name", name) if name in seen else ()
            seen.append(name)
        elif len(ports) > 1:
            errors += required(f"{path}.name")
        errors += _validate_port(port, path)
    return errors


def _validate_port(port: Tree, path: str) -> Errors:
    number, target = port.get("port") or 0, port.get("targetPort")
    protocol, app = text(port, "protocol", "TCP"), port.get("appProtocol")
    target = number if target in {None, 0, ""} else target
    return joined((
        port_number(f"{path}.port", number),
        () if protocol in PROTOCOLS else not_supported(f"{path}.protocol", protocol, PROTOCOLS),
        port_number_or_name(f"{path}.targetPort", target),
        () if app is None else label_name(f"{path}.appProtocol", app),
    ))  # fmt: skip


def _validate_session_affinity(spec: Tree) -> Errors:
    kind, config = text(spec, "sessionAffinity", "None"), spec.get("sessionAffinityConfig")
    if kind == "None":
        # Defaulting drops the settings of an affinity that is off.
        return ()
    if kind != "ClientIP":
        return not_supported("spec.sessionAffinity", kind, ("ClientIP", "None"))
    seconds = part(config or {}, "clientIP").get("timeoutSeconds")
    seconds = _DEFAULT_STICKY_SECONDS if seconds is None else seconds
    if 0 < seconds <= _ONE_DAY:
        return ()
    field = "spec.sessionAffinityConfig.clientIP.timeoutSeconds"
    return invalid(field, seconds, f"must be greater than 0 and less than {_ONE_DAY}")


def _validate_cluster_ips(spec: Tree) -> Errors:
    ips, families = cluster_ips(spec), items(spec, "ipFamilies")
    policy = spec.get("ipFamilyPolicy")
    known = policy is None or policy in _FAMILY_POLICIES
    errors = _validate_first_ip(spec, ips) + _validate_families(families)
    errors += () if known else not_supported("spec.ipFamilyPolicy", policy, _FAMILY_POLICIES)
    broken = _validate_each_ip(ips)
    errors += broken
    if len(ips) > 2:
        errors += invalid("spec.clusterIPs", list(ips), "may only hold up to 2 values")
    return errors if broken else errors + _validate_ip_families(ips, families)


def _validate_first_ip(spec: Tree, ips: tuple[str, ...]) -> Errors:
    single = text(spec, "clusterIP")
    if not single:
        return (
            invalid("spec.clusterIPs", list(ips), "must be empty when `clusterIP` is not specified")
            if ips
            else ()
        )
    if not ips:
        return required("spec.clusterIPs")
    return (
        ()
        if ips[0] == single
        else invalid("spec.clusterIPs", list(ips), "first value must match `clusterIP`")
    )


def _validate_families(families: tuple[str, ...]) -> Errors:
    errors: Errors = ()
    for at, family in enumerate(families):
        field = f"spec.ipFamilies[{at}]"
        errors += () if family in _FAMILIES else not_supported(field, family, _FAMILIES)
        errors += duplicate(field, family) if family in families[:at] else ()
    return errors


def _validate_each_ip(ips: tuple[str, ...]) -> Errors:
    errors: Errors = ()
    for at, ip in enumerate(ips):
        if at == 0 and ip == "None":
            if len(ips) > 1:
                errors += invalid("spec.clusterIPs", list(ips), "'None' must be the first and only value")
        else:
            errors += ip_address(f"spec.clusterIPs[{at}]", ip)
    return errors


def _validate_ip_families(ips: tuple[str, ...], families: tuple[str, ...]) -> Errors:
    errors: Errors = ()
    if len(ips) > 1 and len({is_ipv6(ip) for ip in ips}) < 2:
        errors = invalid("spec.clusterIPs", list(ips), "may specify no more than one IP for each IP family")
    if ips == ("None",):
        return errors
    for at, (ip, family) in enumerate(zip(ips, families, strict=False)):
        if family in _FAMILIES and (family == "IPv6") != is_ipv6(ip):
            detail = f"expected an {family} value as indicated by `ipFamilies[{at}]`"
            errors += invalid(f"spec.clusterIPs[{at}]", ip, detail)
    return errors


def _validate_external_ip(ip: str, field: str) -> Errors:
    wrong = ip_address(field, ip)
    if wrong:
        return wrong
    if ip in {"0.0.0.0", "::"}:  # noqa: S104 -- an address to refuse, nothing listens on it
        return invalid(field, ip, f"may not be unspecified ({ip})")
    lowered = ip.lower()
    if lowered == "::1":
        return invalid(field, ip, _SPECIAL_RANGES[0][1])
    if lowered.startswith(("fe8", "fe9", "fea", "feb")):
        return invalid(field, ip, _SPECIAL_RANGES[1][1])
    if lowered.startswith("ff02"):
        return invalid(field, ip, _SPECIAL_RANGES[2][1])
    return invalid(field, ip, *(detail for start, detail in _SPECIAL_RANGES if ip.startswith(start)))


def _validate_port_conflicts(spec: Tree, kind: str) -> Errors:
    ports = indexed(spec, "ports", "spec")
    errors: Errors = ()
    if kind == "ClusterIP":
        detail = "may not be used when `type` is 'ClusterIP'"
        errors = joined(forbidden(f"{path}.nodePort", detail) for path, port in ports if port.get("nodePort"))
    node_ports: list[tuple[str, int]] = []
    for path, port in ports:
        if port.get("nodePort"):
            key = (text(port, "protocol", "TCP"), port["nodePort"])
            errors += duplicate(f"{path}.nodePort", port["nodePort"]) if key in node_ports else ()
            node_ports.append(key)
    return errors + _validate_repeated_ports(ports)


def _validate_repeated_ports(ports: tuple[tuple[str, Tree], ...]) -> Errors:
    errors: Errors = ()
    seen: list[tuple[str, int]] = []
    for path, port in ports:
        key = (text(port, "protocol", "TCP"), port.get("port") or 0)
        if key in seen:
            shown = {
                "Name": "",
                "Protocol": key[0],
                "AppProtocol": None,
                "Port": key[1],
                "TargetPort": 0,
                "NodePort": 0,
            }
            errors += duplicate(path, shown)
        seen.append(key)
    return errors


def _validate_source_ranges(service: Tree, spec: Tree, kind: str) -> Errors:
    ranges = items(spec, "loadBalancerSourceRanges")
    if ranges:
        field = "spec.LoadBalancerSourceRanges"
        errors = () if kind == "LoadBalancer" else forbidden(field, _ONLY_BALANCER)
        return errors + joined(cidr(f"{field}[{at}]", value.strip()) for at, value in enumerate(ranges))
    annotations = part(service, "metadata", "annotations")
    if _RANGES_ANNOTATION not in annotations:
        return ()
    field = f"metadata.annotations[{_RANGES_ANNOTATION}]"
    errors = () if kind == "LoadBalancer" else forbidden(field, _ONLY_BALANCER)
    listed = text(annotations, _RANGES_ANNOTATION).strip()
    return errors + joined(cidr(field, value.strip()) for value in listed.split(",") if listed)


def _validate_balancer_fields(spec: Tree, kind: str) -> Errors:
    balancer_class = spec.get("loadBalancerClass")
    errors: Errors = ()
    if kind != "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts") is not None:
        errors += forbidden("spec.allocateLoadBalancerNodePorts", _ONLY_BALANCER)
    if balancer_class is None:
        return errors
    if kind != "LoadBalancer":
        return errors + forbidden("spec.loadBalancerClass", _ONLY_BALANCER)
    return errors + label_name("spec.loadBalancerClass", balancer_class)


def _validate_traffic(spec: Tree, kind: str) -> Errors:
    external, internal = text(spec, "externalTrafficPolicy"), spec.get("internalTrafficPolicy")
    distribution = spec.get("trafficDistribution")
    exposed = kind in {"LoadBalancer", "NodePort"} or (kind == "ClusterIP" and items(spec, "externalIPs"))
    errors: Errors = ()
    if external and not exposed:
        errors = invalid(
            "spec.externalTrafficPolicy", external, "may only be set for externally-accessible services"
        )
    elif external and external not in _TRAFFIC_POLICIES:
        errors = not_supported("spec.externalTrafficPolicy", external, _TRAFFIC_POLICIES)
    if spec.get("healthCheckNodePort") and not (kind == "LoadBalancer" and external == "Local"):
        detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        errors += invalid("spec.healthCheckNodePort", spec["healthCheckNodePort"], detail)
    if internal is not None and internal not in _TRAFFIC_POLICIES:
        errors += not_supported("spec.internalTrafficPolicy", internal, _TRAFFIC_POLICIES)
    if distribution is not None and distribution not in _DISTRIBUTIONS:
        errors += not_supported("spec.trafficDistribution", distribution, _DISTRIBUTIONS)
    return errors
