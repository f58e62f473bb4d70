"""Priority: the priority of a pod is that of its PriorityClass, and nobody else's to say.

Mirrors plugin/pkg/admission/priority (release 1.36). The two classes that every cluster has are implied. Left out:
what preemption makes of it (the scheduler's business).
"""

from collections.abc import Iterable
from functools import lru_cache

import attrs

from seatrial.model.api import scheduling
from seatrial.model.api.core import Pod, PodSpec
from seatrial.model.apiserver.admission.plugin import Plugin
from seatrial.model.apiserver.request import CREATE, UPDATE, Request
from seatrial.model.apiserver.status import forbidden
from seatrial.model.client.calls import Reply
from seatrial.model.evolve import evolve
from seatrial.model.identity import Same
from seatrial.model.system import System
from seatrial.model.view import View

RESOURCE = "priorityclasses"
PREEMPT = "PreemptLowerPriority"


@attrs.frozen
class PriorityClass:
    """What counts of a PriorityClass; the plain one, of no name, is that of a cluster without a default."""

    name: str = ""
    value: int = 0
    preemption_policy: str = PREEMPT
    global_default: bool = False


SYSTEM_CLASSES = (
    PriorityClass("system-cluster-critical", 2000000000), PriorityClass("system-node-critical", 2000001000))
NO_CLASS = PriorityClass()


def read_class(stored: scheduling.PriorityClass) -> PriorityClass:
    """What counts of a stored PriorityClass."""
    return PriorityClass(stored.metadata.name, stored.value, stored.preemption_policy or PREEMPT, stored.global_default)


def default_class(classes: Iterable[PriorityClass]) -> PriorityClass | None:
    """The default class; of several, the one of least value."""
    return min((each for each in classes if each.global_default), key=lambda each: each.value, default=None)


def resolve(spec: PodSpec, classes: tuple[PriorityClass, ...]) -> PodSpec | str:
    """The spec with its priority, or why it may not have what it says."""
    name = spec.priority_class_name
    found = next((each for each in classes if each.name == name), None) if name else default_class(classes) or NO_CLASS
    if found is None:
        return f"no PriorityClass with name {name} was found"
    if spec.priority not in (None, found.value):
        return (f"the integer value of priority ({spec.priority}) must not be provided in pod spec; priority admission "
                f"controller computed {found.value} from the given PriorityClass name")
    if spec.preemption_policy not in ("", found.preemption_policy):
        return (f"the string value of PreemptionPolicy ({spec.preemption_policy}) must not be provided in pod spec; "
                f"priority admission controller computed {found.preemption_policy} from the given PriorityClass name")
    return _with_class(Same(spec), found)


@lru_cache(maxsize=1024)
def _with_class(spec_of: Same, found: PriorityClass) -> PodSpec:
    spec: PodSpec = spec_of.value
    if (spec.priority_class_name, spec.priority, spec.preemption_policy) == (
            found.name, found.value, found.preemption_policy):
        return spec
    return evolve(spec, priority_class_name=found.name, priority=found.value,
                        preemption_policy=found.preemption_policy)


def stored_classes(view: View) -> tuple[PriorityClass, ...]:
    """The PriorityClasses in the store, by name."""
    return tuple(read_class(each) for _, each in view.scan("object", "", RESOURCE))


def admit_pod(request: Request, classes: tuple[PriorityClass, ...]) -> Request | Reply:
    """Sets a new pod's priority, and keeps an old one's."""
    pod: Pod = request.new
    if request.operation == UPDATE:
        return request.with_new(keep_priority(pod, request.old))
    spec = resolve(pod.spec, classes)
    if isinstance(spec, str):
        return forbidden(request.kind, request.shown_name, spec)
    return request if spec is pod.spec else request.with_new(evolve(pod, spec=spec))


def keep_priority(pod: Pod, old: Pod) -> Pod:
    """The pod with the priority that it had, where the client left it out."""
    spec, held = pod.spec, old.spec
    if spec.priority is None and held.priority is not None:
        spec = evolve(spec, priority=held.priority)
    if not spec.preemption_policy and held.preemption_policy:
        spec = evolve(spec, preemption_policy=held.preemption_policy)
    return pod if spec is pod.spec else evolve(pod, spec=spec)


def check_class(view: View, system: System, request: Request) -> Request | Reply:
    """Refuses a second default class."""
    del system
    asked = read_class(request.new)
    held = default_class(stored_classes(view))
    if not asked.global_default or held is None or (request.operation == UPDATE and held.name == asked.name):
        return request
    return forbidden(request.kind, request.shown_name,
                     f"PriorityClass {held.name} is already marked as default. Only one default can exist")


def check(view: View, system: System, request: Request) -> Request | Reply:
    """Looks at PriorityClasses only."""
    return check_class(view, system, request) if request.call.resource == RESOURCE else request


def change(view: View, system: System, request: Request) -> Request | Reply:
    """Looks at pods only."""
    del system
    if request.call.resource != "pods":
        return request
    return admit_pod(request, (*stored_classes(view), *SYSTEM_CLASSES))


PLUGIN = Plugin("Priority", (CREATE, UPDATE), ("pods", RESOURCE), mutate=change, validate=check)
