"""DefaultTolerationSeconds: a pod tolerates a node that is not ready or not reachable for five minutes.

Mirrors plugin/pkg/admission/defaulttolerationseconds (release 1.36); the two times are flags of the API server there,
at their defaults here.
"""

from functools import lru_cache

from seatrial.model.api.core import Pod, PodSpec, Toleration
from seatrial.model.apiserver.admission.plugin import Plugin
from seatrial.model.apiserver.request import CREATE, UPDATE, Request
from seatrial.model.client.calls import Reply
from seatrial.model.evolve import evolve
from seatrial.model.identity import Same
from seatrial.model.system import System
from seatrial.model.view import View

SECONDS = 300
TAINTS = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")


def admit(view: View, system: System, request: Request) -> Request | Reply:
    """Adds the tolerations that the pod lacks."""
    del view, system
    pod: Pod = request.new
    spec = with_tolerations(Same(pod.spec))
    return request if spec is pod.spec else request.with_new(evolve(pod, spec=spec))


@lru_cache(maxsize=1024)
def with_tolerations(spec_of: Same) -> PodSpec:
    """The spec with a toleration for each of the two taints."""
    spec: PodSpec = spec_of.value
    missing = tuple(Toleration(key, "Exists", "", "NoExecute", SECONDS) for key in TAINTS
                    if not any(_tolerates(each, key) for each in spec.tolerations))
    return evolve(spec, tolerations=(*spec.tolerations, *missing)) if missing else spec


def _tolerates(toleration: Toleration, taint: str) -> bool:
    return toleration.key in (taint, "") and toleration.effect in ("NoExecute", "")


PLUGIN = Plugin("DefaultTolerationSeconds", (CREATE, UPDATE), ("pods",), mutate=admit)
