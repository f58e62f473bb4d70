"""From documents to a question: what stands, what is to be placed, and what is assumed."""

from pathlib import Path
from typing import Any

import attrs
import pytest

from seatrial.model.api.core import Node, Taint
from seatrial.model.frozen import FrozenMap
from seatrial.properties.checking.place.check import PlaceError
from seatrial.traces.importers.errors import ManifestError
from seatrial.traces.place.questions import Asked, listed
from seatrial.traces.scopes import default_nodes
from tests.traces.place.documents import asked, batches, bound_pod, workload

NODES = default_nodes(3)
HPA = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 3, maxReplicas: 9}
"""


def words(found: Asked) -> str:
    """All assumptions in one text."""
    return "\n".join(each.words for each in found.assumptions)


def test_each_workload_is_a_batch_of_its_replicas(tmp_path: Path) -> None:
    """Of admitted pods: defaults, tolerations and priority included."""
    found = asked(tmp_path, workload("Deployment", "web", "replicas: 3"), workload("StatefulSet", "db"))
    assert [("Deployment shop/web", 3), ("StatefulSet shop/db", 1)] == batches(found)
    assert ("Deployment shop/web", "StatefulSet shop/db") == found.owners
    pod = found.question.batches[0].pod
    assert 0 == pod.spec.priority
    assert ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] == [each.key for each in
                                                                                 pod.spec.tolerations]
    assert 4 == found.waiting


def test_pods_that_stand_count_for_their_workload(tmp_path: Path) -> None:
    """One that ends does not hold its place for long, one that has ended counts nowhere."""
    pods = (bound_pod("web-a", "node-1", owner="Deployment web"),
            bound_pod("web-b", "node-2", owner="Deployment web").replace(
                "uid: web-b-uid", "uid: web-b-uid, deletionTimestamp: '2026-01-01T00:00:00Z'"),
            bound_pod("web-c", "node-2", owner="Deployment web").replace("Running", "Failed"))
    found = asked(tmp_path, workload("Deployment", "web", "replicas: 3"), *pods)
    assert [("Deployment shop/web", 2)] == batches(found)
    assert ("Deployment shop/web", "Deployment shop/web") == found.standing
    assert ["web-a", "web-b"] == [each.metadata.name for each in found.question.placed]


def test_pods_that_wait_count_once(tmp_path: Path) -> None:
    """A Deployment's waiting pod is one of its replicas; a bare one is its own."""
    waiting = bound_pod("web-a", "x", owner="Deployment web").replace("nodeName: x, ", "").replace("Running", "Pending")
    bare = bound_pod("bare", "x").replace("nodeName: x, ", "").replace("Running", "Pending")
    found = asked(tmp_path, workload("Deployment", "web", "replicas: 2"), waiting, bare)
    assert [("Deployment shop/web", 2), ("Pod shop/bare", 1)] == batches(found)


def test_pods_of_nodes_that_are_not_given_are_placed_anew(tmp_path: Path) -> None:
    """But for those that belong to their node."""
    found = asked(tmp_path, bound_pod("bare", "gone"), bound_pod("agent-x", "gone", owner="DaemonSet agent"),
                  bound_pod("static", "gone", owner="Node gone"))
    assert [("Pod shop/bare", 1)] == batches(found)
    assert "shop/bare: bound to a node that is drained or not given, and placed anew" in words(found)


def test_a_drained_node_is_cordoned_and_left(tmp_path: Path) -> None:
    """Daemon pods and static pods stay, all others are placed anew."""
    pods = (bound_pod("bare", "node-1"), bound_pod("agent-x", "node-1", owner="DaemonSet agent"),
            bound_pod("other", "node-2"))
    found = asked(tmp_path, *pods, drained=("node-1",))
    assert [("Pod shop/bare", 1)] == batches(found)
    assert ["agent-x", "other"] == [each.metadata.name for each in found.question.placed]
    assert [True, False, False] == [each.spec.unschedulable for each in found.question.nodes]
    assert [Taint("node.kubernetes.io/unschedulable", effect="NoSchedule")] == list(found.question.nodes[0].spec.taints)


def test_daemon_pods_that_fit_stand_from_the_beginning(tmp_path: Path) -> None:
    """On each node that suits and has none; they are batches for the scheduler, pod by pod."""
    found = asked(tmp_path, workload("DaemonSet", "agent", pod="nodeSelector: {topology.kubernetes.io/zone: a}"),
                  workload("DaemonSet", "proxy"), bound_pod("proxy-1", "node-2", owner="DaemonSet proxy"))
    assert [] == batches(found)
    assert ["node-2", "node-1", "node-1", "node-3"] == [each.spec.node_name for each in found.question.placed]
    assert (3, 3) == (found.fixed, found.waiting)
    assert ["DaemonSet shop/agent on node-1", "DaemonSet shop/proxy on node-1", "DaemonSet shop/proxy on node-3"] == [
        each.name for each in found.in_order.batches]
    assert "DaemonSet shop/agent: has no pod on node-2 and node-3" in words(found)


def test_a_daemon_pod_without_room_is_left_to_be_placed(tmp_path: Path) -> None:
    """Negative control: it waits, and is not passed over."""
    large = workload("DaemonSet", "agent").replace("500m", "9")
    found = asked(tmp_path, large)
    assert [(f"DaemonSet shop/agent on node-{number}", 1) for number in (1, 2, 3)] == batches(found)


def test_a_daemon_set_that_suits_no_node_says_so(tmp_path: Path) -> None:
    """It has no pods at all."""
    found = asked(tmp_path, workload("DaemonSet", "agent", pod="nodeSelector: {gpu: 'true'}"), workload(
        "Deployment", "web"))
    assert [("Deployment shop/web", 1)] == batches(found)
    assert "DaemonSet shop/agent: suits none of the nodes: its node selector, its affinity or a taint" in words(found)


@pytest.mark.parametrize(("replicas", "wanted"), [("", 3), ("replicas: 5", 5), ("replicas: 20", 9), ("replicas: 0", 0)])
def test_an_autoscaler_keeps_replicas_in_bounds(replicas: str, wanted: int, tmp_path: Path) -> None:
    """Except of what is scaled to nothing, which it leaves alone."""
    found = asked(tmp_path, workload("Deployment", "web", replicas), workload("Deployment", "other"), HPA)
    assert wanted == sum(count for name, count in batches(found) if name == "Deployment shop/web")
    assert (f"HorizontalPodAutoscaler shop/web: spec.minReplicas lets Deployment shop/web have {wanted} pods here; it "
            "may scale it to 9") in words(found)


def test_batches_come_by_priority(tmp_path: Path) -> None:
    """As the scheduler's queue has them; a class that nobody has counts as 0 and is named."""
    urgent = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: urgent}\nvalue: 1000\n"
    found = asked(tmp_path, workload("Deployment", "web"),
                  workload("Deployment", "missing", pod="priorityClassName: nobody"),
                  workload("Deployment", "first", pod="priorityClassName: urgent"), urgent)
    assert ["Deployment shop/first", "Deployment shop/web", "Deployment shop/missing"] == list(found.owners)
    assert "PriorityClass nobody: is not in the files" in words(found)


def test_what_binds_its_own_pods_takes_no_scheduler(tmp_path: Path) -> None:
    """They stand where the template says; on a node that is not given they do not count."""
    found = asked(tmp_path, workload("Deployment", "web", "replicas: 2", "nodeName: node-2"))
    assert ["node-2", "node-2"] == [each.spec.node_name for each in found.question.placed]
    found = asked(tmp_path, workload("Deployment", "web", "replicas: 2", "nodeName: moon"))
    assert "Deployment shop/web: spec.nodeName binds its pods to moon: no such node is given" in words(found)
    assert () == found.question.placed


def test_files_without_pods_are_refused_with_what_they_hold(tmp_path: Path) -> None:
    """One sentence: what was found, what to pass."""
    with pytest.raises(ManifestError, match=r"expected at least one object that makes pods, found only 1 ConfigMap; "
                       "pass a Deployment"):
        asked(tmp_path, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n")


def test_what_the_server_refuses_is_refused_with_its_place(tmp_path: Path) -> None:
    """A template that only the pods' own validation looks at."""
    text = workload("ReplicationController", "old", api="v1").replace("name: c,", "name: C_,")
    with pytest.raises(ManifestError, match=r"app\.yaml:1: expected a ReplicationController whose pods the API server "
                       r"accepts, found 422 Invalid: Pod \"old\" is invalid: spec\.containers\[0\]\.name"):
        asked(tmp_path, text)


def test_what_cannot_be_asked_names_object_field_and_place(tmp_path: Path) -> None:
    """Here, a label over which pods must spread and that no node has."""
    spread = ("topologySpreadConstraints: [{maxSkew: 1, topologyKey: rack, whenUnsatisfiable: DoNotSchedule, "
              "labelSelector: {matchLabels: {app: web}}}]")
    with pytest.raises(PlaceError, match=r"app\.yaml:1: Deployment shop/web: "
                       r"spec\.topologySpreadConstraints\[0\]\.topologyKey: no node has the label rack"):
        asked(tmp_path, workload("Deployment", "web", pod=spread))


@pytest.mark.parametrize(("text", "said"), [
    ("apiVersion: v1\nkind: LimitRange\nmetadata: {name: l, namespace: shop}\nspec: {limits: []}\n",
     "LimitRange shop/l: its defaults and bounds are not applied to the pods"),
    ("apiVersion: example.com/v1\nkind: Rollout\nmetadata: {name: r, namespace: shop}\n",
     "Rollout shop/r: is a custom resource: pods that its controller makes do not count"),
])
def test_objects_that_could_matter_are_named(text: str, said: str, tmp_path: Path) -> None:
    """Nothing is silently dropped."""
    assert said in words(asked(tmp_path, workload("Deployment", "web"), text))


@pytest.mark.parametrize(("pod", "said"), [
    ("volumes: [{name: d, persistentVolumeClaim: {claimName: c}}]", "spec.volumes[d].persistentVolumeClaim is a"),
    ("schedulerName: other", "spec.schedulerName names another scheduler"),
    ("schedulingGates: [{name: example.com/wait}]", "spec.schedulingGates keep the pods waiting: taken as removed"),
])
def test_fields_that_could_matter_are_named(pod: str, said: str, tmp_path: Path) -> None:
    """With the workload and the field."""
    assert f"Deployment shop/web: {said}" in words(asked(tmp_path, workload("Deployment", "web", pod=pod)))


def test_the_rest_is_counted(tmp_path: Path) -> None:
    """Kinds without pods that nothing was said of."""
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {ports: [{port: 80}]}\n"
    assert ("Service",) == asked(tmp_path, workload("Deployment", "web"), service).ignored


@pytest.mark.parametrize(("names", "said"), [
    (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"), (list("abcdef"), "a, b, c, d and 2 more")])
def test_names_are_listed_in_words(names: list[str], said: str) -> None:
    """The first few, and how many more."""
    assert said == listed(names)


def test_equal_questions_have_equal_pods(tmp_path: Path) -> None:
    """What a cluster wrote about a pod since does not tell it from others."""
    first, second = (bound_pod(name, "gone").replace(f"app: {name}", "app: x") for name in ("a", "b"))
    found = asked(tmp_path, first, second)
    one, two = (attrs.evolve(each.pod, metadata=attrs.evolve(each.pod.metadata, name="")) for each in
                found.question.batches)
    assert one == two


def node_with(**status: Any) -> Node:
    """A node with another status."""
    return attrs.evolve(NODES[0], status=attrs.evolve(NODES[0].status, **status))


def test_a_node_without_size_is_refused(tmp_path: Path) -> None:
    """Also where it did not come from a file."""
    with pytest.raises(PlaceError, match=r"Node node-1: status\.allocatable: is missing"):
        asked(tmp_path, workload("Deployment", "web"), nodes=(node_with(allocatable=FrozenMap({})),))
