"""The nodes of a placement question, as their documents and controllers have them."""

from pathlib import Path

import pytest

from seatrial.traces.importers.errors import ManifestError
from seatrial.traces.place.nodes import node_of
from tests.traces.place.documents import manifests

NODE = """\
apiVersion: v1
kind: Node
metadata: {name: one}
spec: {taints: [{key: node.kubernetes.io/not-ready, effect: NoExecute}]}
status: {STATUS}
"""
SIZE = "{cpu: '2', memory: 4Gi, pods: '10'}"


def test_what_is_not_reserved_is_allocatable(tmp_path: Path) -> None:
    """As the API server has it."""
    (document,) = manifests(tmp_path, NODE.replace("STATUS", f"capacity: {SIZE}")).objects
    assert {"cpu": "2", "memory": "4Gi", "pods": "10"} == dict(node_of(document).status.allocatable)


@pytest.mark.parametrize(("status", "found"), [
    ("", "found nothing;"), ("allocatable: {cpu: '2', pods: '10'}", "found nothing for memory;"),
    ("capacity: {memory: 1Gi}", "found nothing for cpu and pods;")])
def test_a_node_of_unknown_size_is_refused(status: str, found: str, tmp_path: Path) -> None:
    """With file, line, field, and what to write."""
    (document,) = manifests(tmp_path, NODE.replace("STATUS", status)).objects
    with pytest.raises(ManifestError, match=rf"app\.yaml:1: status\.allocatable: expected what Node one can give to "
                       rf"pods, {found} write status\.allocatable"):
        node_of(document)


def test_conditions_become_taints(tmp_path: Path) -> None:
    """Once each, beside those that are there."""
    conditions = ("conditions: [{type: Ready, status: 'False'}, {type: DiskPressure, status: 'True'}, "
                  "{type: MemoryPressure, status: 'False'}]")
    (document,) = manifests(tmp_path, NODE.replace("STATUS", f"capacity: {SIZE}, {conditions}")).objects
    assert [("node.kubernetes.io/not-ready", "NoExecute"), ("node.kubernetes.io/not-ready", "NoSchedule"),
            ("node.kubernetes.io/disk-pressure", "NoSchedule")] == [
                (each.key, each.effect) for each in node_of(document).spec.taints]
