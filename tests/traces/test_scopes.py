"""From faults to a scope: a history, and somebody who reads it, where etcd may be compacted."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from seatrial.model.scope import Scope
from seatrial.model.users_list import List
from seatrial.traces.cli import seatrial
from seatrial.traces.importers.manifests import load_manifests
from seatrial.traces.scopes import HISTORY, default_nodes, prepare

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
