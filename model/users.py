"""Users at work with kubectl: each verb is one Action that the environment may take while its budget lasts.

A scope lists what its users may do (`Scope.users`, records of this module) and how often (`Scope.budgets`, one counter
per verb). A request goes through the API server's pipeline as an administrator's, in one step: sent, served and
answered. A user's request that is refused or lost adds nothing: it was not applied, which is the run in which the user
has not acted yet, or it was, which is the run in which it was answered. Only kubectl's drain and its lists in pages
take several requests (`seatrial.model.users_drain`, `seatrial.model.users_pages`), and recreation two
(`seatrial.model.faults.recreate`). An action that would change nothing now is not offered: it could only waste budget.
Left out: `kubectl edit`, which is an apply or a replace by hand, server-side apply, and users who are not
administrators.
Mirrors staging/src/k8s.io/kubectl/pkg/cmd (release 1.36).
"""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import attrs

from seatrial.model.actions import Action
from seatrial.model.api.meta import key_of
from seatrial.model.api.registry import BY_NAME as KINDS_BY_NAME
from seatrial.model.api.registry import KINDS, kind_of
from seatrial.model.api.unstructured import Unstructured
from seatrial.model.apiserver.pipeline import serve
from seatrial.model.client.calls import Call, DeleteOptions, Patch, Reply
from seatrial.model.client.links import API_SERVER
from seatrial.model.etcd.store import object_cell
from seatrial.model.frozen import freeze
from seatrial.model.steps import Step, spend
from seatrial.model.system import System
from seatrial.model.users_apply import plan_apply
from seatrial.model.users_list import List
from seatrial.model.view import Cell, View

USER = "kubernetes-admin"
GROUPS = ("system:authenticated", "system:masters")
KUBECTL = "kubectl"
RESOURCES = {kind.type: kind.resource for kind in KINDS}


@attrs.frozen
class Apply:
    """`kubectl apply -f`: create the object, or bring it to this manifest by a three-way merge.

    `resource` is only needed for a custom resource.
    """

    verb: ClassVar[str] = "apply"
    manifest: Any
    resource: str = ""

    @property
    def target(self) -> tuple[str, str]:
        """Resource and key of the object."""
        return self.resource or resource_of(self.manifest), key_of(self.manifest.metadata)

    @property
    def words(self) -> str:
        """The manifest speaks for itself; its place in the scope tells two of one object apart."""
        return "manifest"


@attrs.frozen
class Scale:
    """`kubectl scale --replicas`."""

    verb: ClassVar[str] = "scale"
    resource: str
    key: str
    replicas: int

    @property
    def target(self) -> tuple[str, str]:
        """Resource and key of the object."""
        return self.resource, self.key

    @property
    def words(self) -> str:
        """How many replicas."""
        return str(self.replicas)


@attrs.frozen
class SetImage:
    """`kubectl set image`: a change of the pod template."""

    verb: ClassVar[str] = "set-image"
    resource: str
    key: str
    container: str
    image: str

    @property
    def target(self) -> tuple[str, str]:
        """Resource and key of the object."""
        return self.resource, self.key

    @property
    def words(self) -> str:
        """Which image."""
        return f"{self.container}={self.image}"


@attrs.frozen
class Label:
    """`kubectl label`: set a label, or remove it (value None)."""

    verb: ClassVar[str] = "label"
    resource: str
    key: str
    label: str
    value: str | None

    @property
    def target(self) -> tuple[str, str]:
        """Resource and key of the object."""
        return self.resource, self.key

    @property
    def words(self) -> str:
        """Which label."""
        return f"{self.label}-" if self.value is None else f"{self.label}={self.value}"


@attrs.frozen
class Cordon:
    """`kubectl cordon`: no new pods on this node."""

    verb: ClassVar[str] = "cordon"
    node: str

    @property
    def target(self) -> tuple[str, str]:
        """Resource and key of the object."""
        return "nodes", self.node

    @property
    def words(self) -> str:
        """Nothing to add."""
        return ""


@attrs.frozen
class Uncordon:
    """`kubectl uncordon`: pods may be bound to this node again."""

    verb: ClassVar[str] = "uncordon"
    node: str

    @property
    def target(self) -> tuple[str, str]:
        """Resource and key of the object."""
        return "nodes", self.node

    @property
    def words(self) -> str:
        """Nothing to add."""
        return ""


@attrs.frozen
class Drain:
    """`kubectl drain --ignore-daemonsets --force`: cordon the node, then evict its pods (users_drain)."""

    verb: ClassVar[str] = "drain"
    node: str

    @property
    def target(self) -> tuple[str, str]:
        """Resource and key of the object."""
        return "nodes", self.node

    @property
    def words(self) -> str:
        """Nothing to add."""
        return ""


@attrs.frozen
class Delete:
    """`kubectl delete --cascade`: Background unless said otherwise (Foreground, Orphan)."""

    verb: ClassVar[str] = "delete"
    resource: str
    key: str
    propagation_policy: str = "Background"

    @property
    def target(self) -> tuple[str, str]:
        """Resource and key of the object."""
        return self.resource, self.key

    @property
    def words(self) -> str:
        """How its dependents go."""
        return self.propagation_policy


@attrs.frozen
class Recreate:
    """`kubectl replace --force`: delete the object, create this manifest when the name is free (faults/recreate)."""

    verb: ClassVar[str] = "recreate"
    manifest: Any
    resource: str = ""
    propagation_policy: str = "Background"

    @property
    def target(self) -> tuple[str, str]:
        """Resource and key of the object."""
        return self.resource or resource_of(self.manifest), key_of(self.manifest.metadata)

    @property
    def words(self) -> str:
        """How its dependents go; its place in the scope tells two of one object apart."""
        return f"{self.propagation_policy} manifest"


UserAction = Apply | Scale | SetImage | Label | Cordon | Uncordon | Drain | Delete | Recreate | List


def resource_of(manifest: Any) -> str:  # noqa: ANN401 -- any API object
    """The resource of an API object; raises ValueError for a custom one, whose resource must be named."""
    if isinstance(manifest, Unstructured) or type(manifest) not in RESOURCES:
        raise ValueError(
            f"the resource of {manifest.metadata.name!r} is not known from its type: name it, as in "
            f'Apply(manifest, resource="widgets"); built-in kinds are {", ".join(sorted(KINDS_BY_NAME))}')
    return RESOURCES[type(manifest)]


def actions_of(users: tuple[UserAction, ...], verb: str) -> tuple[tuple[Action, UserAction], ...]:
    """The Actions that take a scope's records of one verb, in order; a manifest is named by its place among them."""
    found = []
    for place, user in enumerate(each for each in users if each.verb == verb):
        resource, key = user.target
        words = f"{user.words} {place + 1}" if isinstance(user, Apply | Recreate) else user.words
        found.append((Action(STEP_NAMES[verb], KUBECTL, f"{resource}/{key}", words), user))
    return tuple(found)


def find_user_action(system: System, action: Action) -> UserAction:
    """The record that an Action names; raises ValueError when the scope lists no such record."""
    for verb, name in STEP_NAMES.items():
        if name == action.step:
            for known, user in actions_of(system.scope.users, verb):
                if known == action:
                    return user
    raise ValueError(f"{action}: no user of this scope may do that; add it to Scope.users")


def ask(view: View, system: System, call: Call) -> Reply:
    """Serves an administrator's request."""
    return serve(view, system, USER, GROUPS, call)


# What each verb asks; None when nothing would change.


def plan_scale(view: View, user: Scale) -> Call | None:
    """A merge patch of the scale subresource (scale.go: ScaleSimple)."""
    current = view.get(object_cell(*user.target), replicas_of)
    if current is None or current == user.replicas:
        return None
    patch = Patch("merge", freeze({"spec": {"replicas": user.replicas}}))
    return Call("patch", user.resource, user.key, patch, "scale")


def replicas_of(value: Any) -> int | None:  # noqa: ANN401 -- any API object
    """Projection: the replicas that an object asks for (1 when it does not say), or None when there is no object."""
    if value is None:
        return None
    return 1 if value.spec.replicas is None else int(value.spec.replicas)


def plan_set_image(view: View, user: SetImage) -> Call | None:
    """A strategic merge patch of one container of the template."""
    images = view.get(object_cell(*user.target), images_of)
    if images is None or dict(images).get(user.container, user.image) == user.image:
        return None
    container = {"name": user.container, "image": user.image}
    return Call("patch", user.resource, user.key,
                Patch("strategic", freeze({"spec": {"template": {"spec": {"containers": [container]}}}})))


def images_of(value: Any) -> tuple[tuple[str, str], ...] | None:  # noqa: ANN401 -- any API object
    """Projection: the containers of an object's template with their images."""
    if value is None:
        return None
    return tuple((each.name, each.image) for each in value.spec.template.spec.containers)


def plan_label(view: View, user: Label) -> Call | None:
    """A merge patch of one label."""
    labels = view.get(object_cell(*user.target), labels_of)
    if labels is None or labels.get(user.label) == user.value:
        return None
    return Call("patch", user.resource, user.key,
                Patch("merge", freeze({"metadata": {"labels": {user.label: user.value}}})))


def labels_of(value: Any) -> Any:  # noqa: ANN401 -- any API object
    """Projection: an object's labels, or None when there is no object."""
    return None if value is None else value.metadata.labels


def plan_cordon(view: View, user: UserAction) -> Call | None:
    """A strategic merge patch of spec.unschedulable (drain/cordon.go: PatchOrReplace)."""
    wanted, node = not isinstance(user, Uncordon), user.target[1]
    held = view.get(object_cell("nodes", node), unschedulable_of)
    if held is None or held == wanted:
        return None
    return Call("patch", "nodes", node, Patch("strategic", freeze({"spec": {"unschedulable": wanted or None}})))


def unschedulable_of(value: Any) -> bool | None:  # noqa: ANN401 -- any API object
    """Projection: is this node cordoned? None when there is no node."""
    return None if value is None else bool(value.spec.unschedulable)


def plan_delete(view: View, user: Delete) -> Call | None:
    """A deletion with its propagation policy, unless the object is in deletion already."""
    if view.get(object_cell(*user.target), is_deletable):
        return Call("delete", user.resource, user.key,
                    options=DeleteOptions(propagation_policy=user.propagation_policy))
    return None


def is_deletable(value: Any) -> bool:  # noqa: ANN401 -- any API object
    """Projection: is there an object, and is it not in deletion?"""
    return value is not None and value.metadata.deletion_timestamp is None


def plan_user_apply(view: View, user: Apply) -> Call | None:
    """Create, or a three-way merge patch."""
    resource, key = user.target
    return plan_apply(kind_of(resource), view[object_cell(resource, key)], user.manifest)


PLANS: dict[str, Callable[[View, Any], Call | None]] = {
    "apply": plan_user_apply,
    "cordon": plan_cordon,
    "delete": plan_delete,
    "label": plan_label,
    "scale": plan_scale,
    "set-image": plan_set_image,
    "uncordon": plan_cordon,
}
STEP_NAMES = {
    "apply": "Apply", "cordon": "Cordon", "delete": "Delete", "drain": "Drain", "label": "Label",
    "list": "List", "recreate": "Recreate", "scale": "Scale", "set-image": "SetImage", "uncordon": "Uncordon",
}


def offer_user(view: View, system: System, anchor: Cell) -> Iterator[Action]:
    """What this verb's budget allows: each action listed in the scope that would change something now."""
    listed = actions_of(system.scope.users, anchor.kind)
    if not listed or view[API_SERVER] == "down":
        return
    for action, user in listed:
        if PLANS[anchor.kind](view, user) is not None:
            yield action


def run_user(view: View, system: System, action: Action) -> None:
    """The request is served; what it is answered is the user's to read."""
    user = find_user_action(system, action)
    spend(view, user.verb)
    call = PLANS[user.verb](view, user)
    if call is not None:
        ask(view, system, call)


def _step(verb: str, say: str) -> Step:
    """One verb's step; only its own budget cell offers it."""
    def offers(view: View, system: System, anchor: Cell) -> Iterator[Action]:
        return offer_user(view, system, anchor) if anchor.kind == verb else iter(())

    return Step(STEP_NAMES[verb], "budget", offers, run_user, environment=True, say=say)


STEPS: tuple[Step, ...] = (
    _step("apply", "a user applies {key}"),
    _step("cordon", "a user cordons {key}"),
    _step("delete", "a user deletes {key} ({choice})"),
    _step("label", "a user labels {key}: {choice}"),
    _step("scale", "a user scales {key} to {choice}"),
    _step("set-image", "a user sets the image of {key}: {choice}"),
    _step("uncordon", "a user uncordons {key}"),
)
