"""What makes pods, how many, and of what form."""

from pathlib import Path
from typing import Any

import pytest

from seatrial.model.api.core import Pod
from seatrial.traces.importers.errors import ManifestError
from seatrial.traces.importers.manifests import Document
from seatrial.traces.place.workloads import (
    MAKERS,
    by_key,
    counted_kinds,
    maker_of,
    name_of,
    replicas,
    root_of,
    wanted_of_cron_job,
    wanted_of_job,
    workload_of,
)
from tests.traces.place.documents import bound_pod, manifests, workload


def only(folder: Path, text: str) -> Document:
    """The one document of a text."""
    (found,) = manifests(folder, text).objects
    return found


@pytest.mark.parametrize(("spec", "wanted"), [({}, 1), ({"replicas": 0}, 0), ({"replicas": 4}, 4)])
def test_replicas_are_one_unless_said(spec: dict[str, Any], wanted: int) -> None:
    """An explicit zero is a zero."""
    assert wanted == replicas({"spec": spec})


@pytest.mark.parametrize(("spec", "status", "wanted"), [
    ({}, {}, 1),
    ({"parallelism": 3}, {}, 3),
    ({"parallelism": 3}, {"succeeded": 1, "active": 2}, 2),
    ({"parallelism": 3, "completions": 2}, {}, 2),
    ({"parallelism": 3, "completions": 9}, {"succeeded": 7}, 2),
    ({"completions": 9}, {}, 1),
    ({"parallelism": 0, "completions": 9}, {}, 0),
    ({"parallelism": 3, "suspend": True}, {}, 0),
    ({"parallelism": 3}, {"conditions": [{"type": "Complete", "status": "True"}]}, 0),
    ({"parallelism": 3}, {"conditions": [{"type": "Suspended", "status": "True"}]}, 3),
])
def test_a_job_wants_what_runs_at_once(spec: dict[str, Any], status: dict[str, Any], wanted: int) -> None:
    """No more than its parallelism, and no more than its completions leave."""
    assert wanted == wanted_of_job({"spec": spec, "status": status})


def test_a_cron_job_counts_as_one_run() -> None:
    """Of the Job that it makes."""
    assert 3 == wanted_of_cron_job({"spec": {"suspend": True, "jobTemplate": {"spec": {"parallelism": 3}}}})


@pytest.mark.parametrize("kind", ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"])
def test_a_template_becomes_a_pod_of_its_namespace(kind: str, tmp_path: Path) -> None:
    """With the template's labels and spec, and no node."""
    document = only(tmp_path, workload(kind, "web"))
    found = workload_of(document, MAKERS[document.api_version, kind])
    assert f"{kind} shop/web" == found.name == name_of(document)
    assert ("shop", "web", "") == (found.pod.metadata.namespace, found.pod.metadata.labels["app"],
                                   found.pod.spec.node_name)
    assert (kind == "DaemonSet") == found.per_node


def test_pods_carry_the_labels_that_constraints_select_by(tmp_path: Path) -> None:
    """A Deployment's have the hash of its template, a Job's its name."""
    deployment = only(tmp_path, workload("Deployment", "web"))
    found = workload_of(deployment, MAKERS["apps/v1", "Deployment"]).pod
    assert found.metadata.labels["pod-template-hash"]
    job = only(tmp_path, workload("Job", "once", pod="restartPolicy: Never", api="batch/v1"))
    assert "once" == workload_of(job, MAKERS["batch/v1", "Job"]).pod.metadata.labels["job-name"]


def test_a_stateful_set_mounts_its_claims(tmp_path: Path) -> None:
    """Each claim template is a volume of the pod, which is else refused."""
    claims = ("serviceName: db, volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], "
              "resources: {requests: {storage: 1Gi}}}}]")
    document = only(tmp_path, workload("StatefulSet", "db", claims))
    volumes = workload_of(document, MAKERS["apps/v1", "StatefulSet"]).pod.spec.unmodelled["volumes"]
    assert [("data", "data-db-0")] == [(each["name"], each["persistentVolumeClaim"]["claimName"]) for each in volumes]


def test_a_template_of_another_form_is_refused_with_its_place(tmp_path: Path) -> None:
    """The reader of manifests does not look into the templates of every kind."""
    document = only(tmp_path, workload("ReplicationController", "old", api="v1"))
    document.tree["spec"]["template"]["spec"]["containers"] = "none"
    maker = maker_of(document)
    assert maker is not None
    with pytest.raises(ManifestError, match=r"spec\.template\.spec\.containers: expected a list, found none"):
        workload_of(document, maker)


def test_the_topmost_owner_counts(tmp_path: Path) -> None:
    """A pod of a ReplicaSet of a Deployment is the Deployment's; without it in the files, the ReplicaSet's."""
    replicaset = workload("ReplicaSet", "web-1").replace(
        "{name: web-1, namespace: shop}", "{name: web-1, namespace: shop, ownerReferences: [{apiVersion: apps/v1, "
        "kind: Deployment, name: web, uid: u, controller: true}]}")
    pod = bound_pod("web-1-x", "node-1", owner="ReplicaSet web-1")
    whole = manifests(tmp_path, workload("Deployment", "web"), replicaset, pod).objects
    assert ["Deployment shop/web"] * 3 == [name_of(root_of(each, by_key(whole))) for each in whole]
    part = manifests(tmp_path, replicaset, pod).objects
    assert ["ReplicaSet shop/web-1"] * 2 == [name_of(root_of(each, by_key(part))) for each in part]


def test_owners_in_a_circle_end(tmp_path: Path) -> None:
    """Whoever owns whom: no endless loop."""
    pods = [bound_pod(name, "node-1", owner=f"Pod {other}") for name, other in (("a", "b"), ("b", "a"))]
    found = manifests(tmp_path, *pods).objects
    assert ["Pod shop/b", "Pod shop/a"] == [name_of(root_of(each, by_key(found))) for each in found]


def test_kinds_are_counted_in_words() -> None:
    """The most frequent first, with their plurals."""
    kinds = ["Service", "NetworkPolicy", "Service", "StorageClass", "NetworkPolicy", "StorageClass", "Service"]
    assert "3 Services, 2 NetworkPolicies, 2 StorageClasses" == counted_kinds(kinds)
    assert "2 Endpoints, 1 Secret" == counted_kinds(["Endpoints", "Secret", "Endpoints"])


def test_a_pod_is_itself(tmp_path: Path) -> None:
    """Its own document, one of it."""
    document = only(tmp_path, bound_pod("one", "node-1"))
    found = workload_of(document, MAKERS["v1", "Pod"])
    assert isinstance(found.pod, Pod)
    assert (1, "node-1") == (found.wanted, found.pod.spec.node_name)
