"""What `seatrial place` is asked: files and options, as nodes and a question; what is wrong with them, in one sentence.

Nodes come from --nodes, from the files, or, where nobody gives any, are three equal ones.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from seatrial.model.api.core import Node
from seatrial.model.scheduler.plugins.spread_constraints import ZONE as ZONE_LABEL
from seatrial.traces.importers.errors import ManifestError, Problem, quoted
from seatrial.traces.importers.manifests import Manifests, load_manifests
from seatrial.traces.place.assumptions import Assumption
from seatrial.traces.place.losses import ZONE
from seatrial.traces.place.nodes import node_of
from seatrial.traces.place.questions import listed
from seatrial.traces.scopes import DEFAULT_NODES, default_nodes

MOST_NODES = 5_000
NUMBER = re.compile(r"[+-]?\d+\Z")
EQUAL = "8 cpu, 32Gi of memory and 110 pods each, in zones a, b and c by turns"


def read_inputs(files: Sequence[Path], given: str | None) -> tuple[Manifests, tuple[Node, ...], tuple[Assumption, ...]]:
    """The documents of all files, the nodes, and what is assumed of them; raises ManifestError."""
    is_count = given is None or NUMBER.match(given) is not None
    more = () if is_count or given is None else (Path(given),)
    manifests = load_manifests(tuple(dict.fromkeys((*files, *more))))
    own = tuple(each for each in manifests.objects if each.kind == "Node" and each.api_version == "v1")
    if given is not None and is_count:
        if own:
            raise wrong("--nodes", "a count only where the files hold no nodes",
                        f"{given}, and Node {own[0].name} in {own[0].location.file}", "leave --nodes out")
        return manifests, *counted_nodes(int(given))
    if not own and given is not None:
        raise wrong(given, "at least one Node", "none", "pass a file with nodes, as `kubectl get nodes -o yaml` prints "
                    "them, or how many equal ones")
    if not own:
        return manifests, *counted_nodes(DEFAULT_NODES)
    return manifests, tuple(node_of(each) for each in own), ()


def counted_nodes(count: int) -> tuple[tuple[Node, ...], tuple[Assumption, ...]]:
    """So many equal nodes; raises ManifestError for none, or for more than a cluster has."""
    if not 1 <= count <= MOST_NODES:
        raise wrong("--nodes", f"between 1 and {MOST_NODES:,} nodes", str(count), "give a number in that range")
    nodes = "1 equal node" if count == 1 else f"{count} equal nodes"
    return default_nodes(count), (Assumption("", "", f"{nodes} of {EQUAL}: give your own with --nodes FILE"),)


def wrong(where: str, expected: str, found: str, fix: str) -> ManifestError:
    """One problem with what was given."""
    return ManifestError([Problem(where, 0, "", expected, found, fix)])


def check_drained(drained: tuple[str, ...], nodes: tuple[Node, ...]) -> None:
    """Raises ManifestError for nodes that are not there, and where no node would be left."""
    names = [node.metadata.name for node in nodes]
    for each in drained:
        if each not in names:
            raise wrong("--drain", "the name of a node that is given", quoted(each),
                        f"the nodes are {listed(names, 8)}")
    if len(drained) == len(nodes):
        raise wrong("--drain", "a node that is left", f"all {len(nodes)} of them", "drain fewer")


def check_losses(losses: tuple[str, ...], nodes: tuple[Node, ...], drained: tuple[str, ...]) -> None:
    """Raises ManifestError for losing as many nodes as there are or more, and for zones where there are none."""
    left = [node for node in nodes if node.metadata.name not in drained]
    for each in losses:
        if each == ZONE:
            zones = {node.metadata.labels.get(ZONE_LABEL, "") for node in left} - {""}
            if len(zones) < 2:
                found = f"only {next(iter(zones))}" if zones else "none"
                raise wrong("--lose zone", f"nodes in at least two zones (label {ZONE_LABEL})", found,
                            "label the nodes, or lose nodes by number")
        elif int(each) >= len(left):
            raise wrong("--lose", f"fewer nodes than there are, {len(left)}", each, "lose fewer, or give more nodes")
