"""Small manifests for the tests of placement: YAML texts, and the documents that are read from them."""

from pathlib import Path
from textwrap import dedent

from seatrial.model.api.core import Node
from seatrial.traces.importers.manifests import Manifests, load_manifests
from seatrial.traces.place.questions import Asked, ask
from seatrial.traces.scopes import default_nodes

NODES = default_nodes(3)
CONTAINER = "containers: [{name: c, image: 'i:1', resources: {requests: {cpu: 500m, memory: 1Gi}}}]"


def workload(kind: str, name: str, spec: str = "", pod: str = "", *, api: str = "apps/v1") -> str:
    """A workload whose pods ask for half a cpu and 1Gi; `spec` and `pod` are entries added to its spec and its pods."""
    selector = "" if kind == "Job" else f"selector: {{matchLabels: {{app: {name}}}}}, "
    if kind == "ReplicationController":
        selector = f"selector: {{app: {name}}}, "
    return dedent(f"""\
        apiVersion: {api}
        kind: {kind}
        metadata: {{name: {name}, namespace: shop}}
        spec: {{{selector}{spec + ', ' if spec else ''}template: {{metadata: {{labels: {{app: {name}}}}},
          spec: {{{pod + ', ' if pod else ''}{CONTAINER}}}}}}}
        """)


def bound_pod(name: str, node: str, *, owner: str = "", more: str = "") -> str:
    """A pod on a node, as `kubectl get` prints it; `owner` is its controller's kind and name, `more` of its status."""
    kind, _, owned_by = owner.partition(" ")
    owners = f", ownerReferences: [{{apiVersion: apps/v1, kind: {kind}, name: {owned_by}, uid: u, controller: true}}]" \
        if owner else ""
    return dedent(f"""\
        apiVersion: v1
        kind: Pod
        metadata: {{name: {name}, namespace: shop, uid: {name}-uid, labels: {{app: {name}}}{owners}}}
        spec: {{nodeName: {node}, {CONTAINER}}}
        status: {{phase: Running{', ' + more if more else ''}}}
        """)


def manifests(folder: Path, *texts: str) -> Manifests:
    """The documents of one file with these texts."""
    path = folder / "app.yaml"
    path.write_text("---\n".join(texts), encoding="utf-8")
    return load_manifests([path])


def asked(folder: Path, *texts: str, nodes: tuple[Node, ...] = NODES, drained: tuple[str, ...] = ()) -> Asked:
    """The question of these texts."""
    return ask(manifests(folder, *texts), nodes, drained)


def batches(found: Asked) -> list[tuple[str, int]]:
    """The batches by name and count."""
    return [(each.name, each.count) for each in found.question.batches]
