"""G01, kubernetes/kubernetes#65200: the garbage collector told owners apart by their UID alone.

A dependent in another namespace that names a live owner's UID made a virtual node of that UID; looked up in the
dependent's namespace it was not found, and with it the real owner counted as absent: its own dependents were deleted,
depending on which was processed first. Repaired by PR #92743: namespace and kind tell owners apart too.
"""

from seatrial.model.api.core import Namespace
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.controllers import garbagecollector
from seatrial.model.controllers.garbagecollector import Settings, controller
from seatrial.model.controllers.garbagecollector_graph import only_uid
from seatrial.model.scope import Scope
from seatrial.model.variants.scenarios import NAMESPACE, owned_by, pod, replicaset
from seatrial.model.variants.variant import Variant, replace_controller


def apply(scope: Scope) -> Scope:
    """The scope with that garbage collector."""
    return replace_controller(scope, garbagecollector.CONTROLLER.name, controller(Settings(coordinates=only_uid)))


OWNER = replicaset(1, uid="the-owner")
VARIANT = Variant(
    "G01", "kubernetes/kubernetes#65200", "the garbage collector tells owners apart by their UID alone",
    breaks="gc_never_deletes_owned_by_live",
    scenario=Scope(
        controllers=("garbage-collector",), timed=True,
        objects=(*NAMESPACE, Namespace(ObjectMeta(name="another")), OWNER, owned_by(pod("web-a"), OWNER),
                 owned_by(pod("foreign", namespace="another"), OWNER))),
    apply=apply)
