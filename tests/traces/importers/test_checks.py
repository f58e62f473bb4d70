"""Objects are checked as the API server would, in this reader's words and at the file's own paths."""

from typing import Any

import pytest
from hypothesis import given

from seatrial.traces.importers.checks import check_object, normalized, without
from tests.strategies.manifest_trees import trees

CONTAINER = {"name": "c", "image": "busybox"}


def deployment(**spec: Any) -> dict[str, Any]:
    """A Deployment that nothing is wrong with, but for what is given."""
    template = {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [CONTAINER]}}
    whole = {"selector": {"matchLabels": {"app": "a"}}, "template": template, **spec}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}, "spec": whole}


def found(tree: dict[str, Any]) -> list[tuple[tuple[str | int, ...], str]]:
    """Path and what was found, of everything wrong with a namespaced object."""
    return [(mismatch.path, mismatch.found) for mismatch in check_object(tree, namespaced=True)]


def test_a_good_object_passes() -> None:
    """Nothing is wrong with a plain Deployment, nor with a headless Service."""
    service = {"clusterIP": "None", "selector": {"app": "a"}, "ports": [{"port": 80}]}
    assert [] == found(deployment())
    assert [] == found({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": service})


@pytest.mark.parametrize(
    "spec, path, shown",
    [
        ({"replicas": "three"}, ("spec", "replicas"), '"three"'),
        ({"replicas": -3}, ("spec", "replicas"), "-3"),
        ({"selector": None}, ("spec", "selector"), "none"),
        ({"strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 0}}},
         ("spec", "strategy", "rollingUpdate", "maxUnavailable"), "0"),
        ({"strategy": {"rollingUpdate": {"maxSurge": "a%"}}},
         ("spec", "strategy", "rollingUpdate", "maxSurge"), '"a%"'),
        ({"template": {"spec": {"containers": [CONTAINER]}}},
         ("spec", "template", "metadata", "labels"), "null"),
    ],
)  # fmt: skip
def test_what_is_wrong_has_its_path_and_value(
    spec: dict[str, Any], path: tuple[str | int, ...], shown: str
) -> None:
    """Types, ranges, selectors and rollouts: the first problem is the one that was made."""
    assert (path, shown) == found(deployment(**spec))[0]


def test_wrong_types_do_not_hide_wrong_values() -> None:
    """Both are reported, and nothing that only follows from leaving the mistyped value out."""
    tree = deployment(replicas=-1, minReadySeconds="x", selector={"matchLabels": {"app": 1}})
    assert [
        (("spec", "minReadySeconds"), '"x"'),
        (("spec", "replicas"), "-1"),
        (("spec", "selector", "matchLabels", "app"), "the number 1"),
    ] == sorted(found(tree), key=str)


def test_a_label_is_named_not_only_the_labels() -> None:
    """The API server names the map; the reader wants the line of the entry."""
    tree = deployment()
    tree["metadata"]["labels"] = {"good": "x", "bad": "a b"}
    assert [("metadata", "labels", "bad")] == [path for path, _ in found(tree)]


def test_kinds_without_a_validator_have_their_metadata_checked() -> None:
    """A custom resource needs a valid name like everything else."""
    tree = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "Upper"}}
    assert [("metadata", "name")] == [path for path, _ in found(tree)]


def test_cluster_wide_kinds_have_no_namespace() -> None:
    """A namespace on a Node is refused, on a Pod it is not."""
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n", "namespace": "default"}}
    assert [("metadata", "namespace")] == [m.path for m in check_object(node, namespaced=False)]


def test_normalized_fills_in_what_the_registry_would() -> None:
    """Only Services change."""
    service = {"kind": "Service", "spec": {"clusterIP": "10.0.0.1"}}
    assert ["10.0.0.1"] == normalized(service)["spec"]["clusterIPs"]
    assert {"kind": "Pod"} == normalized({"kind": "Pod"})


def test_without_leaves_the_original_alone() -> None:
    """The value at the path is gone from the copy only; a wrong entry takes its list along."""
    tree = {"a": {"b": [1, {"c": 2, "d": 3}]}, "e": [4]}
    assert {"a": {"b": [1, {"d": 3}]}} == without(tree, (("a", "b", 1, "c"), ("e", 0)))
    assert {"a": {"b": [1, {"c": 2, "d": 3}]}, "e": [4]} == tree


@given(trees(), trees())
def test_no_object_makes_the_checks_fail(metadata: Any, spec: Any) -> None:
    """Whatever stands in metadata and spec, checking ends with findings and never with an error."""
    for version, kind in (("v1", "Pod"), ("v1", "Service"), ("apps/v1", "Deployment"), ("batch/v1", "Job")):
        tree = {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}
        assert all(mismatch.expected for mismatch in check_object(tree, namespaced=True))


@given(trees())
def test_no_template_makes_the_checks_fail(part: Any) -> None:
    """The same inside of a pod template, in every field in turn."""
    for key in ("containers", "initContainers", "volumes", "affinity", "tolerations", "securityContext"):
        template = {"spec": {"containers": [CONTAINER], key: part}}
        assert all(m.expected for m in check_object(deployment(template=template), namespaced=True))
    for key in ("ports", "env", "envFrom", "resources", "volumeMounts", "livenessProbe", "lifecycle"):
        template = {"spec": {"containers": [{**CONTAINER, key: part}]}}
        assert all(m.expected for m in check_object(deployment(template=template), namespaced=True))
