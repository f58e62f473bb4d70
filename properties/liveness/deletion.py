"""What is deleted goes in the end: objects, the namespaces around them, and what nobody owns any more."""

from seatrial.model.cluster import Cluster
from seatrial.model.scope import Scope
from seatrial.model.view import Cell
from seatrial.properties.premises import binds_pods, deletes, every, replaces_pods, runs, runs_kubelets, some
from seatrial.properties.property import EVENTUALLY, SOMETIMES, Property
from seatrial.properties.safety.garbage import COLLECTOR, garbage, leaves_garbage

OWN = {
    "foregroundDeletion": COLLECTOR,
    "orphan": COLLECTOR,
    "service.kubernetes.io/load-balancer-cleanup": "service-lb-controller",
}


def deleting_object_disappears(cluster: Cluster) -> str | None:
    """No object stays in deletion, if a process that runs here answers for each of its finalizers."""
    view = cluster.view()
    processes = tuple(cluster.system.processes)
    for cell in view.cells("object"):
        meta = view[cell].metadata
        if (
            meta.deletion_timestamp is None
            or cell.kind == "namespaces"
            or any(OWN.get(each) not in processes for each in meta.finalizers)
        ):
            continue
        if cell.kind == "pods" and f"kubelet-{view[cell].spec.node_name}" not in processes:
            continue
        rest = f", held by {meta.finalizers[0]}" if meta.finalizers else ""
        return f"{cell.kind} {cell.key} is in deletion and does not go{rest}"
    return None


def namespace_terminates(cluster: Cluster) -> str | None:
    """No namespace stays Terminating, if what is left in it is not held by a finalizer of somebody else."""
    view = cluster.view()
    for name, namespace in view.scan("object", "", "namespaces"):
        if namespace.metadata.deletion_timestamp is None:
            continue
        left = [cell for cell in view.cells("object") if cell.key.startswith(f"{name}/")]
        if not any(each not in OWN for cell in left for each in view[cell].metadata.finalizers):
            return f"namespace {name} stays Terminating" + (f": {left[0].kind} {left[0].key} is left" if left else "")
    return None


def garbage_disappears(cluster: Cluster) -> str | None:
    """Nothing is left that had owners of which none is there any more, unless it is in deletion itself."""
    for each in garbage(cluster):
        kind, _, key = each.partition(" ")
        if cluster[Cell("object", "", kind, key)].metadata.deletion_timestamp is None:
            return f"{each} is left, and no owner of it is there any more"
    return None


def some_object_is_in_deletion(cluster: Cluster) -> str | None:
    """An object is in deletion."""
    view = cluster.view()
    for cell in view.cells("object"):
        if view[cell].metadata.deletion_timestamp is not None and cell.kind != "namespaces":
            return f"{cell.kind} {cell.key} is in deletion"
    return None


def deletes_slowly(scope: Scope) -> bool:
    """Scopes in which something is in deletion for a while: pods on nodes, owners that wait for their dependents."""
    waits = every(runs("garbage-collector"), some(deletes(policy="Foreground"), deletes(policy="Orphan")))
    return some(waits, every(runs_kubelets, binds_pods, replaces_pods))(scope)


PROPERTIES = (
    Property(
        "deleting_object_disappears",
        EVENTUALLY,
        "a name that is never free blocks its next owner",
        deleting_object_disappears,
        "https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/",
        restrictions="every finalizer has a controller that runs, and every pod's node a kubelet",
        sibling="some_object_is_in_deletion",
        where=deletes_slowly,
    ),
    Property(
        "garbage_disappears",
        EVENTUALLY,
        "what nobody owns takes room and answers requests",
        garbage_disappears,
        "https://kubernetes.io/docs/concepts/architecture/garbage-collection/#owners-dependents",
        restrictions="no recreation under one name that the collector sees as one update, after 410: it is not told "
        "that the first object went",
        sibling="some_object_is_garbage",
        needs=(COLLECTOR,),
        breaks_under=("apiserver", "gone"),
        where=leaves_garbage,
    ),
    Property(
        "namespace_terminates",
        EVENTUALLY,
        "a namespace that never goes cannot be created again",
        namespace_terminates,
        "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
        restrictions="every finalizer in it has a controller that runs, and every pod's node a kubelet",
        sibling="some_namespace_ends",
        needs=("namespace-controller",),
        where=every(deletes("namespaces"), some(runs_kubelets, lambda scope: not binds_pods(scope))),
    ),
    Property(
        "some_object_is_in_deletion",
        SOMETIMES,
        "the premise of an end",
        some_object_is_in_deletion,
        reads=(("object", ""),),
    ),
)
