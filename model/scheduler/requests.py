"""What a pod takes from a node, in whole units: cpu in thousandths, everything else one by one.

Mirrors calculateResource of pkg/scheduler/framework/types.go (release 1.36). The sum over a pod is
`seatrial.model.api.pod_resources`; here it is rounded up, once, as there, and remembered for each spec. Left out:
resources in a pod's status (a resize in place that is under way): the spec is what counts then, which differs from
upstream while a resize is not finished.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from seatrial.model.api import pod_resources
from seatrial.model.api.core import Pod, PodSpec
from seatrial.model.api.meta import Strings
from seatrial.model.api.pod_resources import PLAIN, ResourceOptions, is_pod_level_resource
from seatrial.model.evolve import evolve
from seatrial.model.frozen import FrozenMap
from seatrial.model.identity import Same
from seatrial.model.meta.quantity import MILLI, milli_value, scaled_value, value

Totals = Mapping[str, int]

DEFAULTS = FrozenMap({"cpu": "100m", "memory": "200Mi"})
FOR_SCORE = ResourceOptions(defaults=DEFAULTS, skip_pod_level=True)
SPECS = 2048
NO_STATUS = Pod()


@lru_cache(maxsize=SPECS)
def rounded_amounts(resources: Strings) -> Totals:
    """A node's resource list in whole units (cpu: thousandths), rounded up; raises QuantityError."""
    return MappingProxyType({
        name: milli_value(text) if name == "cpu" else value(text) for name, text in resources.items()
    })


def is_scalar_resource(name: str) -> bool:
    """Is it an extended resource, huge pages, or another one that nodes count in whole units?

    Source: pkg/scheduler/util/utils.go, IsScalarResourceName, release 1.36.
    """
    if "/" in name:
        return not name.startswith("requests.")
    return name.startswith(("hugepages-", "attachable-volumes-"))


def pod_requests(pod: Pod) -> Totals:
    """What a pod takes from a node."""
    return _rounded(Same(pod.spec), PLAIN)


def non_zero_requests(pod: Pod) -> Totals:
    """The same where a container that asks for no cpu or memory counts 100m and 200Mi; for scores only.

    With pod-level requests a default counts only if cpu or memory is nowhere requested.
    """
    return _rounded(Same(pod.spec), ResourceOptions(defaults=_missing(pod)))


def container_requests_for_score(pod: Pod) -> Totals:
    """What NodeResourcesFit scores the incoming pod by: as above, but pod-level requests are not looked at."""
    return _rounded(Same(pod.spec), FOR_SCORE)


def _missing(pod: Pod) -> FrozenMap[str, str]:
    """The defaults for containers of this pod."""
    level = pod.spec.resources
    if level is None or not any(map(is_pod_level_resource, level.requests)):
        return DEFAULTS
    requested = pod_requests(pod)
    return FrozenMap({name: text for name, text in DEFAULTS.items() if name not in requested})


@lru_cache(maxsize=SPECS)
def _rounded(spec_of: Same, options: ResourceOptions) -> Totals:
    spec: PodSpec = spec_of.value
    exact = pod_resources.pod_requests(evolve(NO_STATUS, spec=spec), options)
    return MappingProxyType({
        name: scaled_value(amount, MILLI if name == "cpu" else 0) for name, amount in exact.items()
    })
