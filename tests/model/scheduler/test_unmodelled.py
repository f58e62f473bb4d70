"""Fields that the model ignores are named."""

from seatrial.model.api.core import Affinity, Pod
from seatrial.model.api.wire import from_json
from seatrial.model.frozen import FrozenMap, freeze
from seatrial.model.scheduler.unmodelled import unmodelled_constraints
from tests.strategies.scheduler_objects import new_pod


def test_a_pod_of_modelled_fields_has_none() -> None:
    """Resources, node selector and harmless volumes are no assumption."""
    volumes = freeze({"volumes": [{"name": "v", "emptyDir": {}}, {"name": "w", "configMap": {"name": "c"}}]})
    assert () == unmodelled_constraints(new_pod(node_selector=FrozenMap({"a": "b"}), unmodelled=volumes))


def test_each_constraint_is_named() -> None:
    """Pod affinity, spread, claims, constraining volumes, priority and a nomination are listed with their paths."""
    pod = from_json(Pod, {
        "metadata": {"name": "p"}, "status": {"nominatedNodeName": "n1"},
        "spec": {
            "containers": [], "priority": 5, "resourceClaims": [{"name": "r"}],
            "affinity": {"podAffinity": {"x": 1}, "podAntiAffinity": {"y": 1}},
            "topologySpreadConstraints": [{"maxSkew": 1}],
            "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "c"}}],
        }})
    assert (
        "spec.affinity.podAffinity", "spec.affinity.podAntiAffinity", "spec.priority", "spec.resourceClaims",
        "spec.topologySpreadConstraints", "spec.volumes[data].persistentVolumeClaim", "status.nominatedNodeName",
    ) == unmodelled_constraints(pod)


def test_an_empty_pod_affinity_is_no_constraint() -> None:
    """An affinity without terms says nothing."""
    pod = new_pod(affinity=Affinity(unmodelled=freeze({"podAffinity": {}})))
    assert () == unmodelled_constraints(pod)
