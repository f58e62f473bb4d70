"""Label keys become part of the selectors of a pod that is created."""

import attrs
import pytest

from seatrial.model.api.affinity import (
    Affinity,
    PodAffinity,
    PodAffinityTerm,
    PodAntiAffinity,
    TopologySpreadConstraint,
    WeightedPodAffinityTerm,
)
from seatrial.model.api.core import Pod, PodSpec
from seatrial.model.api.meta import LabelSelector, LabelSelectorRequirement, ObjectMeta
from seatrial.model.api.strategies import create_pod
from seatrial.model.frozen import FrozenMap

LABELS = FrozenMap({"app": "web", "hash": "1"})
WEB = LabelSelector(FrozenMap({"app": "web"}))
SAME = attrs.evolve(WEB, match_expressions=(LabelSelectorRequirement("hash", "In", ("1",)),))
OTHER = attrs.evolve(WEB, match_expressions=(LabelSelectorRequirement("hash", "NotIn", ("1",)),))


def term(selector: LabelSelector | None, same: tuple[str, ...] = (), other: tuple[str, ...] = ()) -> PodAffinityTerm:
    """A term about the pods of a host."""
    return PodAffinityTerm(selector, topology_key="kubernetes.io/hostname", match_label_keys=same,
                           mismatch_label_keys=other)


def created(**spec: object) -> PodSpec:
    """The spec of a pod with our labels, as it is stored."""
    return create_pod(Pod(ObjectMeta(name="web", labels=LABELS), PodSpec(**spec))).spec  # type: ignore[arg-type]


@pytest.mark.parametrize(("given", "expected"), [
    (term(WEB, same=("hash",)), SAME), (term(WEB, other=("hash",)), OTHER), (term(WEB, same=("tenant",)), WEB),
    (term(WEB), WEB), (term(None, same=("hash",)), None),
])
def test_the_keys_of_a_term_join_its_selector(given: PodAffinityTerm, expected: LabelSelector | None) -> None:
    """Those of labels that the pod has; wherever the term stands. The keys themselves stay too."""
    held = created(affinity=Affinity(
        pod_affinity=PodAffinity((given,), (WeightedPodAffinityTerm(1, given),)),
        pod_anti_affinity=PodAntiAffinity((given,), (WeightedPodAffinityTerm(1, given),)))).affinity
    assert held is not None
    found = [each for near in (held.pod_affinity, held.pod_anti_affinity) if near is not None
             for each in (*near.required, *(weighted.pod_affinity_term for weighted in near.preferred))]
    assert [attrs.evolve(given, label_selector=expected)] * 4 == found


def test_the_keys_of_a_spread_constraint_join_its_selector() -> None:
    """And a constraint without a selector stays as it is."""
    keyed, plain = (TopologySpreadConstraint(
        max_skew=1, topology_key="zone", label_selector=each, match_label_keys=("hash",)) for each in (WEB, None))
    assert (attrs.evolve(keyed, label_selector=SAME), plain) == created(
        topology_spread_constraints=(keyed, plain)).topology_spread_constraints


def test_a_pod_without_keys_is_stored_as_it_came() -> None:
    """Negative control: affinity alone changes nothing."""
    affinity = Affinity(pod_affinity=PodAffinity((term(WEB),)))
    assert affinity == created(affinity=affinity).affinity
