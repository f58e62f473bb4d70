"""Who is reached: from a node, through a Service, as the rules and the machines are now.

A model function over the whole cluster, for properties and for people: no component calls it. It follows a
packet from a process on the source node to the Service's cluster IP, through the rules that the node's
kube-proxy last installed, to the pod that holds the address now. Mirrors what the rules of
pkg/proxy/iptables/proxier.go do (release 1.36). Left out: network policies, host firewalls, DNS, traffic that
starts outside the cluster (see `via`).
"""

from typing import Any

import attrs

from seatrial.model.node.machine import RUNNING, address_of, is_on, machine_cell, rules_cell, sandboxes
from seatrial.model.view import View

INTERNAL, EXTERNAL, NODE_PORT = "internal", "external", "node-port"


@attrs.frozen
class Reachability:
    """The keys of the pods that may answer, sorted, and for each way that leads nowhere, why."""

    pods: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


def reachable(view: View, source_node: str, service_key: str, port: int | str, via: str = INTERNAL) -> Reachability:
    """Which pods may answer a connection from a node to a port (number or name) of a Service.

    `via` is "internal" for the cluster IP, "external" for external IPs and the load balancer, "node-port" for the
    node port at the source node's own address.
    """
    if not view.get(machine_cell(source_node), is_on):
        return Reachability(reasons=(f"{source_node} has no power",))
    rules = view[rules_cell(source_node, service_key)] or ()
    rule = next((each for each in rules if port in (each.port, each.name)), None)
    if rule is None:
        return Reachability(reasons=(f"{source_node} has no rule for port {port} of {service_key}",))
    if via == NODE_PORT:
        address = view.get(machine_cell(source_node), address_of)
        if address not in rule.node_port_ips:
            return Reachability(reasons=(f"{source_node} serves no node port for {service_key} at {address}",))
    endpoints: tuple[str, ...] = rule.internal if via == INTERNAL else rule.external
    if not endpoints:
        why = "none that its traffic policy lets it use" if rule.has_any else "none at all"
        return Reachability(reasons=(f"{service_key} has endpoints on {source_node}: {why}",))
    found = [(each, pod_at(view, each.rpartition(":")[0])) for each in endpoints]
    return Reachability(
        tuple(sorted({pod for _, (pod, why) in found if pod and not why})),
        tuple(f"{endpoint}: {why}" for endpoint, (_, why) in found if why),
    )


def pod_at(view: View, ip: str) -> tuple[str, str]:
    """The pod that holds an address, and why it cannot answer ("" when it can)."""
    for cell, sandbox in sandboxes(view):
        if sandbox.ready and ip and sandbox.ip == ip:
            return cell.kind, _silence(view, cell.owner, sandbox)
    return "", "no pod has this address"


def _silence(view: View, node: str, sandbox: Any) -> str:  # noqa: ANN401 -- a PodSandbox
    if not view.get(machine_cell(node), is_on):
        return f"{node} has no power"
    return "" if any(each.state == RUNNING for each in sandbox.containers) else "no container runs there"
