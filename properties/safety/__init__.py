"""What must never happen, by subject: one module each, with its PROPERTIES, listed by name."""

from seatrial.properties.safety import (
    access,
    garbage,
    lists,
    loadbalancers,
    machines,
    namespaces,
    nodes,
    pods,
    quota,
    scheduling,
    services,
    storage,
    watches,
    workloads,
)

MODULES = (
    access,
    garbage,
    lists,
    loadbalancers,
    machines,
    namespaces,
    nodes,
    pods,
    quota,
    scheduling,
    services,
    storage,
    watches,
    workloads,
)
