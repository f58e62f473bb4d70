"""What a pod asks for: its containers, init containers, sidecars, overhead and pod-level resources in one sum.

Mirrors staging/src/k8s.io/component-helpers/resource/helpers.go (PodRequests) and calculateResource of
pkg/scheduler/framework/types.go (release 1.36). Amounts are added exactly and rounded up once, as there: cpu to
thousandths, everything else to whole units. Left out: resources in a pod's status (a resize in place that is under
way): the spec is what counts then, which differs from upstream while a resize is not finished.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from seatrial.model.api.core import Container, Pod, PodSpec
from seatrial.model.api.meta import Strings
from seatrial.model.meta.quantity import parse_quantity

Amounts = tuple[tuple[str, int], ...]
Totals = Mapping[str, int]

NANO_DIGITS = 9
NANOS = 10**NANO_DIGITS
NANOS_PER_MILLI = 10**6
DEFAULT_MILLI_CPU = 100
DEFAULT_MEMORY = 200 * 1024 * 1024
DEFAULTS: Amounts = (("cpu", DEFAULT_MILLI_CPU * NANOS_PER_MILLI), ("memory", DEFAULT_MEMORY * NANOS))
NOTHING: Totals = MappingProxyType({})


@cache
def exact_amounts(resources: Strings) -> Amounts:
    """A resource list in billionths, exactly; raises QuantityError."""
    return tuple((name, exact_amount(text)) for name, text in resources.items())


def exact_amount(text: str) -> int:
    """The billionths that a quantity's text writes; raises QuantityError."""
    quantity = parse_quantity(text)
    return int(quantity.unscaled * 10 ** (quantity.exponent + NANO_DIGITS))


@cache
def rounded_amounts(resources: Strings) -> Totals:
    """A node's resource list in whole units (cpu: thousandths), rounded up; raises QuantityError."""
    return _rounded(dict(exact_amounts(resources)))


def _rounded(exact: Mapping[str, int]) -> Totals:
    return MappingProxyType({
        name: -(-amount // (NANOS_PER_MILLI if name == "cpu" else NANOS)) for name, amount in exact.items()
    })


def is_sidecar(container: Container) -> bool:
    """Is it an init container that keeps running beside the others?"""
    return container.restart_policy == "Always"


def is_pod_level_resource(name: str) -> bool:
    """May a pod ask for it as a whole?"""
    return name in ("cpu", "memory") or name.startswith("hugepages-")


def is_scalar_resource(name: str) -> bool:
    """Is it an extended resource, huge pages, or another one that nodes count in whole units?

    Source: pkg/scheduler/util/utils.go, IsScalarResourceName, release 1.36.
    """
    if "/" in name:
        return not name.startswith("requests.")
    return name.startswith(("hugepages-", "attachable-volumes-"))


def pod_requests(pod: Pod) -> Totals:
    """What a pod takes from a node."""
    return _totals(*_shape(pod.spec), _pod_level(pod.spec), ())


def non_zero_requests(pod: Pod) -> Totals:
    """The same where a container that asks for no cpu or memory counts 100m and 200Mi; for scores only.

    With pod-level requests a default counts only if cpu or memory is nowhere requested.
    """
    level = _pod_level(pod.spec)
    defaults = DEFAULTS
    if level:
        requested = pod_requests(pod)
        defaults = tuple(each for each in DEFAULTS if each[0] not in requested)
    return _totals(*_shape(pod.spec), level, defaults)


def container_requests_for_score(pod: Pod) -> Totals:
    """What NodeResourcesFit scores the incoming pod by: as above, but pod-level requests are not looked at."""
    return _totals(*_shape(pod.spec), (), DEFAULTS)


Shape = tuple[tuple[Amounts, ...], tuple[tuple[bool, Amounts], ...], Amounts]


def _shape(spec: PodSpec) -> Shape:
    """The part of a spec that its requests depend on."""
    return (
        tuple([exact_amounts(each.resources.requests) for each in spec.containers]),
        tuple([(is_sidecar(each), exact_amounts(each.resources.requests)) for each in spec.init_containers]),
        exact_amounts(spec.overhead),
    )


def _pod_level(spec: PodSpec) -> Amounts:
    """The pod-level requests that are supported."""
    if spec.resources is None:
        return ()
    return tuple([each for each in exact_amounts(spec.resources.requests) if is_pod_level_resource(each[0])])


@cache
def _totals(
    containers: tuple[Amounts, ...], inits: tuple[tuple[bool, Amounts], ...], overhead: Amounts, pod_level: Amounts,
    defaults: Amounts,
) -> Totals:
    """Sidecars add to the sum; an init container adds the sidecars before it; the greater of both, then the rest."""
    total: dict[str, int] = {}
    for amounts in containers:
        _add(total, _with_defaults(amounts, defaults))
    sidecars: dict[str, int] = {}
    most: dict[str, int] = {}
    for sidecar, amounts in inits:
        filled = _with_defaults(amounts, defaults)
        if sidecar:
            _add(total, filled)
            _add(sidecars, filled)
            _raise(most, sidecars.items())
        else:
            now = dict(filled)
            _add(now, sidecars.items())
            _raise(most, now.items())
    _raise(total, most.items())
    total.update(pod_level)
    _add(total, overhead)
    return _rounded(total)


def _with_defaults(amounts: Amounts, defaults: Amounts) -> Amounts:
    """A container's requests, with a default for each that is missing."""
    if not defaults:
        return amounts
    held = [name for name, _ in amounts]
    return (*amounts, *[each for each in defaults if each[0] not in held])


def _add(total: dict[str, int], amounts: Iterable[tuple[str, int]]) -> None:
    for name, amount in amounts:
        total[name] = total.get(name, 0) + amount


def _raise(total: dict[str, int], amounts: Iterable[tuple[str, int]]) -> None:
    for name, amount in amounts:
        total[name] = max(total.get(name, 0), amount)
