"""Fields that the model ignores are named."""

import pytest

from seatrial.model.api.affinity import PodAffinityTerm
from seatrial.model.api.core import Pod
from seatrial.model.api.meta import LabelSelector, LabelSelectorRequirement
from seatrial.model.api.wire import from_json
from seatrial.model.frozen import FrozenMap, freeze
from seatrial.model.scheduler.plugins.affinity_terms import NAME_LABEL
from seatrial.model.scheduler.unmodelled import unmodelled_constraints
from tests.strategies.pod_relations import BLUE, EVERYTHING, apart, blue, near, spread, term
from tests.strategies.scheduler_objects import new_pod


def test_a_pod_of_modelled_fields_has_none() -> None:
    """Resources, node selector, harmless volumes, pod affinity, spread and a nominated node are no assumption."""
    volumes = freeze({"volumes": [{"name": "v", "emptyDir": {}}, {"name": "w", "configMap": {"name": "c"}}]})
    assert () == unmodelled_constraints(new_pod(node_selector=FrozenMap({"a": "b"}), unmodelled=volumes))
    pod = blue(affinity=near(term()), topology_spread_constraints=(spread(match_label_keys=("hash",)),))
    assert () == unmodelled_constraints(pod)
    nominated = from_json(Pod, {"metadata": {"name": "p"}, "spec": {"containers": []},
                                "status": {"nominatedNodeName": "n1"}})
    assert () == unmodelled_constraints(nominated)


def test_each_constraint_is_named() -> None:
    """Claims, constraining volumes and priority are listed with their paths."""
    pod = from_json(Pod, {
        "metadata": {"name": "p"},
        "spec": {
            "containers": [], "priority": 5, "resourceClaims": [{"name": "r"}],
            "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "c"}}],
        }})
    assert ("spec.priority", "spec.resourceClaims", "spec.volumes[data].persistentVolumeClaim") \
        == unmodelled_constraints(pod)


@pytest.mark.parametrize(("each", "expected"), [
    (term(namespace_selector=EVERYTHING), ()),
    (term(namespace_selector=LabelSelector(FrozenMap({NAME_LABEL: "a"}))), ()),
    (term(namespace_selector=LabelSelector(FrozenMap({NAME_LABEL: "a", "team": "a"}))), ("namespaceSelector",)),
    (term(namespace_selector=LabelSelector(match_expressions=(LabelSelectorRequirement("team", "Exists"),))),
     ("namespaceSelector",)),
    (term(match_label_keys=("app", "hash"), mismatch_label_keys=("tenant",)), ()),
])
def test_what_a_term_says_of_namespaces(each: PodAffinityTerm, expected: tuple[str, ...]) -> None:
    """Labels of namespaces but their name; label keys are part of the selector of any pod that was created."""
    where = "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[1]"
    found = unmodelled_constraints(new_pod(affinity=apart(term(), each)))
    assert tuple([f"{where}.{name}" for name in expected]) == found
    where = "spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm"
    assert tuple([f"{where}.{name}" for name in expected]) == unmodelled_constraints(
        new_pod(affinity=near(each, weight=1)))


def test_spreading_others_is_named() -> None:
    """Pods without spread constraints of their own count until they are gone; none or a wrong selector counts none."""
    own, others = spread(selector=BLUE), spread(selector=LabelSelector(FrozenMap({"app": "red"})))
    wrong = spread(selector=LabelSelector(match_expressions=(LabelSelectorRequirement("app", "Like"),)))
    pod = blue(topology_spread_constraints=(own, others, spread(selector=None), wrong))
    assert ("spec.topologySpreadConstraints[1].labelSelector",) == unmodelled_constraints(pod)
