"""Every adapter there is: one module of tests/conformance/adapters per line.

To add one, write adapters/<name>.py with a tuple ADAPTERS, and add its name here, in both places, sorted.
"""

from tests.conformance.adapter import Adapter
from tests.conformance.adapters import (
    api,
    daemonset,
    deployment,
    endpointslice,
    garbagecollector,
    intstr,
    kubelet,
    namespace,
    nodelifecycle,
    patches,
    proxy,
    quantities,
    replicaset,
    scheduler,
    selectors,
    serviceaccount,
    tainteviction,
)

MODULES = (
    api,
    daemonset,
    deployment,
    endpointslice,
    garbagecollector,
    intstr,
    kubelet,
    namespace,
    nodelifecycle,
    patches,
    proxy,
    quantities,
    replicaset,
    scheduler,
    selectors,
    serviceaccount,
    tainteviction,
)
ADAPTERS: tuple[Adapter, ...] = tuple(adapter for module in MODULES for adapter in module.ADAPTERS)


def is_in_area(area: str, wanted: str) -> bool:
    """Whether `area` is `wanted`, possibly below other folders."""
    return area == wanted or area.endswith(f"/{wanted}")


def find_adapter(area: str, table: str, adapters: tuple[Adapter, ...] = ADAPTERS) -> Adapter | None:
    """The adapter for a table, or None; the longest area wins."""
    fitting = [adapter for adapter in adapters if adapter.table == table and is_in_area(area, adapter.area)]
    return max(fitting, key=lambda adapter: len(adapter.area), default=None)
