"""Validation on create says what the API server would say, cause by cause."""

from typing import Any

import pytest

from seatrial.model.api.validation import VALIDATORS, validate_create

POD_SPEC = {"containers": [{"name": "c", "image": "i"}]}
TEMPLATE = {"metadata": {"labels": {"a": "b"}}, "spec": POD_SPEC}
SELECTOR = {"matchLabels": {"a": "b"}}
GOOD: dict[tuple[str, str], dict[str, Any]] = {
    ("apps/v1", "DaemonSet"): {"spec": {"selector": SELECTOR, "template": TEMPLATE}},
    ("apps/v1", "Deployment"): {"spec": {"selector": SELECTOR, "template": TEMPLATE}},
    ("apps/v1", "ReplicaSet"): {"spec": {"selector": SELECTOR, "template": TEMPLATE}},
    ("apps/v1", "StatefulSet"): {"spec": {"selector": SELECTOR, "template": TEMPLATE}},
    ("batch/v1", "Job"): {"spec": {"template": {"spec": {**POD_SPEC, "restartPolicy": "Never"}}}},
    ("rbac.authorization.k8s.io/v1", "ClusterRole"): {
        "rules": [{"verbs": ["get"], "nonResourceURLs": ["/healthz"]}]
    },
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"): {"roleRef": {"kind": "ClusterRole", "name": "r"}},
    ("rbac.authorization.k8s.io/v1", "Role"): {
        "rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}]
    },
    ("rbac.authorization.k8s.io/v1", "RoleBinding"): {"roleRef": {"kind": "Role", "name": "r"}},
    ("v1", "ConfigMap"): {"data": {"k": "v"}},
    ("v1", "Pod"): {"spec": POD_SPEC},
    ("v1", "ResourceQuota"): {"spec": {"hard": {"pods": "4"}}},
    ("v1", "Secret"): {"data": {"k": "dg=="}},
    ("v1", "Service"): {"spec": {"ports": [{"port": 80}]}},
}


def whole(version: str, kind: str, *parts: dict[str, Any]) -> dict[str, Any]:
    """An object named x of that kind with the given parts."""
    tree: dict[str, Any] = {"apiVersion": version, "kind": kind, "metadata": {"name": "x"}}
    for part in parts:
        tree |= part
    return tree


def causes(tree: dict[str, Any]) -> list[tuple[str, str]]:
    """Field and message of each error."""
    return [(error.field, error.message) for error in validate_create(tree)]


def test_there_is_a_good_object_of_every_validated_kind() -> None:
    """So that the test below covers every validator."""
    assert sorted(VALIDATORS) == sorted(GOOD)


@pytest.mark.parametrize("version, kind", sorted(GOOD))
def test_a_plain_object_is_accepted(version: str, kind: str) -> None:
    """The smallest useful object of each kind has nothing wrong."""
    assert [] == causes(whole(version, kind, GOOD[version, kind]))


@pytest.mark.parametrize("version, kind", sorted(GOOD))
def test_a_nameless_object_is_refused(version: str, kind: str) -> None:
    """Negative control of the test above, and a rule of every kind."""
    tree = whole(version, kind, GOOD[version, kind], {"metadata": {}})
    assert ("metadata.name", "Required value: name or generateName is required") == causes(tree)[0]


POSITIVE = "must be greater than or equal to 0"
SERVICE_TYPES = '"ClusterIP", "ExternalName", "LoadBalancer", "NodePort"'
RANGE = "must be between 1 and 65535, inclusive"


@pytest.mark.parametrize(
    "version, kind, part, field, message",
    [
        ("apps/v1", "Deployment", {"replicas": -1}, "spec.replicas", f"Invalid value: -1: {POSITIVE}"),
        (
            "apps/v1",
            "ReplicaSet",
            {"minReadySeconds": -1},
            "spec.minReadySeconds",
            f"Invalid value: -1: {POSITIVE}",
        ),
        ("batch/v1", "Job", {"backoffLimit": -2}, "spec.backoffLimit", f"Invalid value: -2: {POSITIVE}"),
        (
            "apps/v1",
            "Deployment",
            {"selector": {"matchLabels": {"a": "c"}}},
            "spec.template.metadata.labels",
            'Invalid value: {"a":"b"}: `selector` does not match template `labels`',
        ),
        (
            "apps/v1",
            "Deployment",
            {"strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "0%"}}},
            "spec.strategy.rollingUpdate.maxUnavailable",
            'Invalid value: "0%": may not be 0 when `maxSurge` is 0',
        ),
        (
            "apps/v1",
            "Deployment",
            {"progressDeadlineSeconds": 5, "minReadySeconds": 5},
            "spec.progressDeadlineSeconds",
            "Invalid value: 5: must be greater than minReadySeconds",
        ),
        (
            "v1",
            "Service",
            {"ports": [{"port": 0, "targetPort": 1}]},
            "spec.ports[0].port",
            f"Invalid value: 0: {RANGE}",
        ),
        ("v1", "Service", {"ports": []}, "spec.ports", "Required value"),
        (
            "v1",
            "Service",
            {"ports": [{"port": 80}], "type": "Balancer"},
            "spec.type",
            f'Unsupported value: "Balancer": supported values: {SERVICE_TYPES}',
        ),
        ("v1", "Pod", {"containers": []}, "spec.containers", "Required value"),
        ("v1", "Pod", {"containers": [{"name": "c"}]}, "spec.containers[0].image", "Required value"),
        (
            "v1",
            "Pod",
            {"containers": [{"name": "c", "image": "i"}] * 2},
            "spec.containers[1].name",
            'Duplicate value: "c"',
        ),
        (
            "v1",
            "Pod",
            {"containers": [{"name": "c", "image": "i", "volumeMounts": [{"name": "v", "mountPath": "/v"}]}]},
            "spec.containers[0].volumeMounts[0].name",
            'Not found: "v"',
        ),
        (
            "v1",
            "Pod",
            {
                "containers": [
                    {
                        "name": "c",
                        "image": "i",
                        "resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "1"}},
                    }
                ]
            },
            "spec.containers[0].resources.requests",
            'Invalid value: "2": must be less than or equal to cpu limit of 1',
        ),
        (
            "batch/v1",
            "Job",
            {"template": {"spec": POD_SPEC}},
            "spec.template.spec.restartPolicy",
            'Required value: valid values: "OnFailure", "Never"',
        ),
        (
            "v1",
            "ResourceQuota",
            {"hard": {"pods": "-1"}},
            "spec.hard[pods]",
            f'Invalid value: "-1": {POSITIVE}',
        ),
    ],
)
def test_one_wrong_field_gives_its_cause(
    version: str, kind: str, part: dict[str, Any], field: str, message: str
) -> None:
    """Each rule alone, with the field and the words that clients see."""
    spec = {**GOOD[version, kind]["spec"], **part}
    assert [(field, message)] == causes(whole(version, kind, {"spec": spec}))


def test_causes_keep_upstreams_order() -> None:
    """Metadata first, then the spec from top to bottom."""
    spec = {
        "replicas": -1,
        "selector": SELECTOR,
        "template": {"metadata": {"labels": {"a": "b"}}},
        "minReadySeconds": -2,
    }
    tree = whole("apps/v1", "Deployment", {"metadata": {"name": "X"}, "spec": spec})
    fields = ["metadata.name", "spec.replicas", "spec.template.spec.containers", "spec.minReadySeconds"]
    assert fields == [field for field, _ in causes(tree)]
