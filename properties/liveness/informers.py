"""Every informer catches up, and every work queue drains, once users and faults are quiet."""

from seatrial.model.client.process import is_up
from seatrial.model.cluster import Cluster
from seatrial.model.view import Cell
from seatrial.properties.premises import has_pods
from seatrial.properties.property import EVENTUALLY, SOMETIMES, Property


def informer_resyncs(cluster: Cluster) -> str | None:
    """Each informer of a process that is up holds what the store holds, as far as it reads it."""
    view = cluster.view()
    for name, controller in cluster.system.processes.items():
        if not is_up(view, controller):
            continue
        for watch in controller.watches:
            stored = {
                key: seen
                for key, value in view.scan("object", "", watch.resource)
                if (seen := watch.see(value)) is not None
            }
            held = dict(view.scan("copy", name, watch.resource))
            wrong = [key for key in sorted({*stored, *held}) if stored.get(key) != held.get(key)]
            if wrong:
                return f"{name}'s copy of {watch.resource} {wrong[0]} is not what is stored"
    return None


def queue_drains(cluster: Cluster) -> str | None:
    """No key is left to do, and no plan is in flight, but for a pod that no node takes: it is tried again and again."""
    for table, words in (("queue", "still has to sync"), ("plan", "is still in the middle of")):
        for cell in cluster.cells.keys_between(Cell(table), Cell(table + "\0")):
            pod = cluster.get("pods", cell.key) if cell.owner == "kube-scheduler" else None
            if pod is None or pod.spec.node_name:
                return f"{cell.owner} {words} {cell.key}"
    return None


def some_informer_lags(cluster: Cluster) -> str | None:
    """An informer has not seen the latest write."""
    for cell in cluster.cells.keys_between(Cell("events"), Cell("events\0")):
        return f"{cell.owner} has not seen all of {cell.kind}"
    return None


PROPERTIES = (
    Property(
        "informer_resyncs",
        EVENTUALLY,
        "a controller that never sees the present acts on the past for ever",
        informer_resyncs,
        "https://kubernetes.io/docs/reference/using-api/api-concepts/",
        sibling="some_informer_lags",
        where=has_pods,
    ),
    Property(
        "queue_drains",
        EVENTUALLY,
        "a key that is synced again and again hides a loop that never ends",
        queue_drains,
        "https://pkg.go.dev/k8s.io/client-go/util/workqueue",
        restrictions="not the scheduler's queue of pods that no node can take: they are tried again every five minutes",
        sibling="some_informer_lags",
        where=has_pods,
    ),
    Property("some_informer_lags", SOMETIMES, "the premise of staleness", some_informer_lags, reads=(("events", ""),)),
)
