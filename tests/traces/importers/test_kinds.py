"""The table of built-in kinds is consistent, and tells built in, removed and custom apart."""

import pytest

from seatrial.model.api.registry import KINDS as MODEL_KINDS
from seatrial.traces.importers.kinds import (
    BUILT_IN_GROUPS,
    KINDS,
    RECORD_GROUPS,
    find_kind,
    find_removed,
    group_of,
    kinds_in,
    kinds_named,
)
from seatrial.traces.importers.removed_kinds import REMOVED_KINDS


def test_no_kind_stands_twice_or_is_both_served_and_removed() -> None:
    """Each (apiVersion, kind) has one row in one of the two tables."""
    rows = [(row.api_version, row.kind) for row in KINDS]
    rows += [(row.api_version, row.kind) for row in REMOVED_KINDS]
    assert len(rows) == len(set(rows))


def test_every_modelled_kind_is_in_the_table_as_the_model_has_it() -> None:
    """Resource and scope agree with the model's registry."""
    ours = [(kind.api_version, kind.name, kind.resource, kind.namespaced) for kind in MODEL_KINDS]
    table = [(row.api_version, row.kind, row.resource, row.namespaced) for row in KINDS]
    assert [row for row in ours if row not in table] == []


@pytest.mark.parametrize(
    "version, kind, resource, namespaced",
    [
        ("v1", "Pod", "pods", True),
        ("v1", "Node", "nodes", False),
        ("apps/v1", "Deployment", "deployments", True),
        ("networking.k8s.io/v1", "Ingress", "ingresses", True),
        ("storage.k8s.io/v1", "StorageClass", "storageclasses", False),
        ("resource.k8s.io/v1", "ResourceClaim", "resourceclaims", True),
        ("apiregistration.k8s.io/v1", "APIService", "apiservices", False),
    ],
)
def test_served_kinds(version: str, kind: str, resource: str, namespaced: bool) -> None:
    """A sample of the table, with scope and plural."""
    row = find_kind(version, kind)
    assert row is not None
    assert (resource, namespaced) == (row.resource, row.namespaced)


@pytest.mark.parametrize(
    "version, kind, release, use",
    [
        ("extensions/v1beta1", "Deployment", "1.16", "apps/v1"),
        ("policy/v1beta1", "PodDisruptionBudget", "1.25", "policy/v1"),
        ("batch/v1beta1", "CronJob", "1.25", "batch/v1"),
        ("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", "1.32", "flowcontrol.apiserver.k8s.io/v1"),
    ],
)
def test_removed_kinds(version: str, kind: str, release: str, use: str) -> None:
    """A removed version says since when and what to use."""
    row = find_removed(version, kind)
    assert row is not None
    assert (release, use) == (row.removed_in, row.use)
    assert find_kind(version, kind) is None


def test_what_replaces_a_removed_version_is_served() -> None:
    """Where the replacement is a version, the same kind is in it."""
    replaced = [row for row in REMOVED_KINDS if kinds_in(row.use)]
    gone = ("ResourceClass", "PodScheduling", "PodSchedulingContext", "JobTemplate", "Scale")
    missing = [
        (row, row.use) for row in replaced if row.kind not in gone and find_kind(row.use, row.kind) is None
    ]
    assert missing == []


def test_groups() -> None:
    """The core group has no name; a custom group is none of the built-in ones; records are neither."""
    assert "" == group_of("v1")
    assert "apps" == group_of("apps/v1")
    assert "" in BUILT_IN_GROUPS
    assert "gateway.networking.k8s.io" not in BUILT_IN_GROUPS
    assert [group for group in RECORD_GROUPS if group in BUILT_IN_GROUPS] == []


def test_kinds_by_name() -> None:
    """An Event is in two groups."""
    assert ["events.k8s.io/v1", "v1"] == [row.api_version for row in kinds_named("Event")]
