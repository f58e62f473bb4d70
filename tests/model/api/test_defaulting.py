"""Defaults: what a client left out, filled in once."""

from typing import Any

import pytest

from seatrial.model.api.defaulting_pod import pull_policy
from seatrial.model.api.registry import BY_NAME
from seatrial.model.api.wire import from_json, to_json
from seatrial.model.frozen import freeze

POD_SPEC = {"containers": [{"name": "c", "image": "nginx", "ports": [{"containerPort": 80}],
                            "resources": {"limits": {"cpu": "1"}}, "readinessProbe": {"httpGet": {"port": 80}}}],
            "volumes": [{"name": "v"}, {"name": "s", "secret": {"secretName": "s"}}]}
TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": POD_SPEC}
MANIFESTS: dict[str, dict[str, Any]] = {
    "ClusterRoleBinding": {"roleRef": {"kind": "ClusterRole", "name": "r"},
                           "subjects": [{"kind": "User", "name": "u"}]},
    "Deployment": {"spec": {"selector": {"matchLabels": {"app": "web"}}, "template": TEMPLATE}},
    "EndpointSlice": {"addressType": "IPv4", "endpoints": [], "ports": [{"port": 80}]},
    "Namespace": {"metadata": {"name": "shop"}},
    "Node": {"spec": {"podCIDR": "10.0.0.0/24"}, "status": {"capacity": {"cpu": "2"}}},
    "Pod": {"spec": {**POD_SPEC, "hostNetwork": True, "serviceAccount": "robot"}},
    "ReplicaSet": {"spec": {"selector": {"matchLabels": {"app": "web"}}, "template": TEMPLATE}},
    "RoleBinding": {"roleRef": {"kind": "Role", "name": "r"}, "subjects": [{"kind": "Group", "name": "g"}]},
    "Service": {"spec": {"type": "LoadBalancer", "sessionAffinity": "ClientIP", "ports": [{"port": 80}]}},
}


def defaulted(name: str, tree: dict[str, Any]) -> Any:
    """A manifest, decoded and defaulted."""
    kind = BY_NAME[name]
    return kind.default(from_json(kind.type, tree))


@pytest.mark.parametrize("name", sorted(MANIFESTS))
def test_defaulting_twice_is_defaulting_once(name: str) -> None:
    """What is defaulted already comes back as the very same object: the hot path makes nothing new."""
    once = defaulted(name, MANIFESTS[name])
    assert once is BY_NAME[name].default(once)
    assert once != from_json(BY_NAME[name].type, MANIFESTS[name])


@pytest.mark.parametrize("name", sorted(MANIFESTS))
def test_defaulting_changes_nothing_that_was_said(name: str) -> None:
    """Every field of the manifest keeps its value."""
    assert [] == lost(MANIFESTS[name], to_json(defaulted(name, MANIFESTS[name])))


def lost(said: Any, found: Any, path: str = "") -> list[str]:
    """The paths whose value is another one after defaulting; empty values say nothing."""
    if isinstance(said, dict):
        return [each for key, held in said.items() if held not in ({}, [])
                for each in lost(held, found.get(key) if isinstance(found, dict) else None, f"{path}.{key}")]
    if isinstance(said, list):
        return [each for at, held in enumerate(said) for each in lost(held, found[at], f"{path}[{at}]")]
    return [] if said == found else [path]


def test_a_pods_own_spec_gets_more_than_a_templates() -> None:
    """Only a pod itself gets requests from limits, service links and the host's ports."""
    pod, template = defaulted("Pod", MANIFESTS["Pod"]), defaulted("Deployment", MANIFESTS["Deployment"]).spec.template
    assert ("1", 80, True) == (pod.spec.containers[0].resources.requests["cpu"],
                               pod.spec.containers[0].ports[0].host_port, pod.spec.unmodelled["enableServiceLinks"])
    assert ({}, 0, None) == (dict(template.spec.containers[0].resources.requests),
                             template.spec.containers[0].ports[0].host_port,
                             template.spec.unmodelled.get("enableServiceLinks"))


def test_volumes_and_probes_are_filled_in() -> None:
    """A volume without a source is an empty directory, a secret has a mode, a probe its timing and scheme."""
    spec = defaulted("Pod", MANIFESTS["Pod"]).spec
    assert freeze([{"name": "v", "emptyDir": {}}, {"name": "s", "secret": {"secretName": "s", "defaultMode": 420}}]
                  ) == spec.unmodelled["volumes"]
    probe = spec.containers[0].readiness_probe
    assert (1, 10, 3, "HTTP") == (probe.timeout_seconds, probe.period_seconds, probe.failure_threshold,
                                  probe.unmodelled["httpGet"]["scheme"])


def test_the_two_names_of_the_account_are_one() -> None:
    """The field serviceAccount is the old name of serviceAccountName."""
    spec = defaulted("Pod", MANIFESTS["Pod"]).spec
    assert ("robot", "robot") == (spec.service_account, spec.service_account_name)


@pytest.mark.parametrize(
    "image, policy",
    [("nginx", "Always"), ("nginx:latest", "Always"), ("nginx:1.27", "IfNotPresent"), ("host:5000/nginx", "Always"),
     ("host:5000/a/nginx:1", "IfNotPresent"), ("nginx@sha256:" + "a" * 64, "IfNotPresent"),
     ("Bad Name", "IfNotPresent")],
)
def test_latest_is_pulled_always(image: str, policy: str) -> None:
    """The tag latest, said or implied, is pulled each time; a registry's port is no tag, a digest is no latest."""
    assert policy == pull_policy(image)
