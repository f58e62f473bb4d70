"""Files and options of a placement: where nodes come from, and one sentence for what is wrong."""

from pathlib import Path

import pytest

from seatrial.traces.importers.errors import ManifestError
from seatrial.traces.place.inputs import check_drained, check_losses, read_inputs
from seatrial.traces.scopes import default_nodes
from tests.traces.place.documents import workload

NODE = """\
apiVersion: v1
kind: Node
metadata: {name: NAME}
status: {allocatable: {cpu: '2', memory: 4Gi, pods: '10'}}
"""
NODES = default_nodes(4)


def file(folder: Path, name: str, *texts: str) -> Path:
    """A file of these documents."""
    path = folder / name
    path.write_text("---\n".join(texts), encoding="utf-8")
    return path


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A file with a workload only."""
    return file(tmp_path, "app.yaml", workload("Deployment", "web"))


def test_nodes_are_counted_read_or_found(app: Path, tmp_path: Path) -> None:
    """By --nodes, from the files themselves, or three equal ones, which is said."""
    both = file(tmp_path, "both.yaml", workload("Deployment", "web"), NODE.replace("NAME", "mine"))
    nodes = file(tmp_path, "nodes.yaml", NODE.replace("NAME", "other"))

    def names(path: Path, given: str | None) -> list[str]:
        return [node.metadata.name for node in read_inputs([path], given)[1]]

    assert ["node-1", "node-2", "node-3"] == names(app, None)
    assert ["node-1"] == names(app, "1")
    assert ["mine"] == names(both, None)
    assert ["other"] == names(app, str(nodes))
    assert ["mine", "other"] == names(both, str(nodes))
    (assumed,) = read_inputs([app], None)[2]
    assert "3 equal nodes of 8 cpu, 32Gi of memory and 110 pods each" in assumed.words
    assert () == read_inputs([both], None)[2]


@pytest.mark.parametrize(("given", "said"), [
    ("0", "--nodes: expected between 1 and 5,000 nodes, found 0; give a number in that range"),
    ("-2", "--nodes: expected between 1 and 5,000 nodes, found -2"),
    ("5001", "found 5001"),
    ("gone.yaml", "gone.yaml: expected a readable file, found no such file"),
])
def test_nodes_that_cannot_be_had(given: str, said: str, app: Path) -> None:
    """A number out of range, a file that is not there."""
    with pytest.raises(ManifestError, match=said):
        read_inputs([app], given)


def test_a_count_and_nodes_in_the_files_contradict_each_other(tmp_path: Path) -> None:
    """Neither is passed over in silence."""
    both = file(tmp_path, "both.yaml", workload("Deployment", "web"), NODE.replace("NAME", "mine"))
    with pytest.raises(ManifestError, match=r"--nodes: expected a count only where the files hold no nodes, found 3, "
                       r"and Node mine in .*both\.yaml; leave --nodes out"):
        read_inputs([both], "3")


def test_a_file_of_nodes_must_hold_one(app: Path, tmp_path: Path) -> None:
    """Else somebody named the wrong file."""
    other = file(tmp_path, "other.yaml", workload("Deployment", "other"))
    with pytest.raises(ManifestError, match=r"other\.yaml: expected at least one Node, found none"):
        read_inputs([app], str(other))


def test_only_nodes_that_are_there_can_be_drained() -> None:
    """And not all of them."""
    check_drained(("node-1", "node-2"), NODES)
    with pytest.raises(ManifestError, match='--drain: expected the name of a node that is given, found "node-9"; the '
                       "nodes are node-1, node-2, node-3 and node-4"):
        check_drained(("node-9",), NODES)
    with pytest.raises(ManifestError, match="--drain: expected a node that is left, found all 4 of them"):
        check_drained(tuple(node.metadata.name for node in NODES), NODES)


def test_only_fewer_nodes_than_there_are_can_be_lost() -> None:
    """Drained ones are not there; a zone can be lost where there are two."""
    check_losses(("3", "zone"), NODES, ())
    with pytest.raises(ManifestError, match="--lose: expected fewer nodes than there are, 3, found 3; lose fewer"):
        check_losses(("3",), NODES, ("node-4",))
    with pytest.raises(ManifestError, match=r"--lose zone: expected nodes in at least two zones .*, found only a"):
        check_losses(("zone",), NODES[:1], ())
