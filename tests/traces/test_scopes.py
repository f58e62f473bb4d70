"""From faults to a scope: a history and its readers where etcd may be compacted, objects that can be created again."""

from pathlib import Path

import attrs
import pytest
from click.testing import CliRunner

from seatrial.model.cluster import enabled, step
from seatrial.model.scope import Scope
from seatrial.model.users_list import List
from seatrial.traces.cli import seatrial
from seatrial.traces.importers.manifests import load_manifests
from seatrial.traces.scopes import HISTORY, default_nodes, initial_of, prepare

POD = """
apiVersion: v1
kind: Pod
metadata: {name: NAME}
spec:
  containers:
  - {name: c, image: nginx}
---
"""


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """Two pods."""
    path = tmp_path / "pods.yaml"
    path.write_text("".join(POD.replace("NAME", name) for name in ("one", "two")), encoding="utf-8")
    return path


def scope_of(manifest: Path, *faults: str) -> Scope:
    """The scope of a manifest under these faults."""
    return prepare(load_manifests((manifest,)), default_nodes(1), faults=faults).scope


@pytest.mark.parametrize("faults", [("compaction",), ("all",), ("crash", "compaction")])
def test_where_etcd_may_be_compacted_somebody_reads_the_past(manifest: Path, faults: tuple[str, ...]) -> None:
    """The watch cache has a size, and a user may list in pages once."""
    scope = scope_of(manifest, *faults)
    assert HISTORY == scope.history
    assert 1 == scope.budgets["list"]
    assert [True, True] == [isinstance(each, List) for each in scope.users]


@pytest.mark.parametrize("faults", [("none",), ("crash", "watches", "apiserver")])
def test_elsewhere_nothing_is_kept(manifest: Path, faults: tuple[str, ...]) -> None:
    """No history, and no user."""
    scope = scope_of(manifest, *faults)
    assert (0, ()) == (scope.history, scope.users)
    assert "list" not in scope.budgets


def test_a_check_with_compactions_says_what_it_kept(manifest: Path) -> None:
    """The verdict on lists is given, and the scope names the history."""
    asked = ["check", str(manifest), "--nodes", "1", "--faults", "compaction", "--steps", "3000",
             "--property", "list_is_consistent_at_its_version"]
    result = CliRunner().invoke(seatrial, asked)
    assert 0 == result.exit_code, result.output
    assert "list_is_consistent_at_its_version" in result.output
    assert f"the watch cache holds the last {HISTORY} events of each resource" in result.output


REPLICASET = """
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1"}]}
"""


@pytest.mark.parametrize("at_rest", [False, True])
def test_what_was_deleted_is_created_again_with_another_identity(tmp_path: Path, at_rest: bool) -> None:
    """The server would refuse a manifest that has a version, and the fault would be a mere deletion."""
    path = tmp_path / "web.yaml"
    path.write_text(REPLICASET, encoding="utf-8")
    cluster = initial_of(attrs.evolve(scope_of(path, "recreate"), at_rest=at_rest))
    before = cluster.get("replicasets", "default/web").metadata.uid
    for name in ("Recreate", "CreateAgain"):
        cluster = step(cluster, next(action for action in enabled(cluster) if action.step == name))
    again = cluster.get("replicasets", "default/web")
    assert again is not None
    assert before != again.metadata.uid
    assert 1 == again.spec.replicas
