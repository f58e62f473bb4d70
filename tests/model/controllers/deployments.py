"""Deployments and ReplicaSets for tests, and one sync of the controller against a server that does as it is told."""

from collections.abc import Callable
from typing import Any

import attrs

from seatrial.model.api.apps import (
    Deployment,
    DeploymentSpec,
    DeploymentStrategy,
    ReplicaSet,
    ReplicaSetStatus,
    RollingUpdateDeployment,
)
from seatrial.model.api.core import Container, Pod, PodSpec, PodStatus, PodTemplateSpec
from seatrial.model.api.meta import LabelSelector, ObjectMeta, TemplateMeta, key_of
from seatrial.model.client.calls import Call, Done, Reply
from seatrial.model.client.local import Local
from seatrial.model.controllers.claims import controller_reference
from seatrial.model.controllers.deployment import CONTROLLER
from seatrial.model.controllers.deployment_revisions import DESIRED_REPLICAS, MAX_REPLICAS, REVISION
from seatrial.model.controllers.deployment_scaling import RECREATE, ROLLING_UPDATE, max_surge
from seatrial.model.controllers.deployment_templates import KIND, make_new_replica_set
from seatrial.model.controllers.replicaset import KIND as REPLICASET
from seatrial.model.frozen import FrozenMap
from seatrial.model.view import Cell, View

LABELS = FrozenMap({"app": "web"})
KEY = "default/web"
NOW = 1000
OK = 200


def make_template(image: str = "web:1") -> PodTemplateSpec:
    """A pod template that differs by its image."""
    return PodTemplateSpec(TemplateMeta(LABELS), PodSpec(containers=(Container("c", image=image),)))


def make_deployment(
    replicas: int = 3, surge: int | str = "25%", unavailable: int | str = "25%", *, image: str = "web:1",
    recreate: bool = False, **spec: Any,
) -> Deployment:
    """A Deployment as the API server would have defaulted it."""
    strategy = DeploymentStrategy(RECREATE) if recreate else DeploymentStrategy(
        ROLLING_UPDATE, RollingUpdateDeployment(max_unavailable=unavailable, max_surge=surge))
    held = {"progress_deadline_seconds": 600, "revision_history_limit": 10} | spec
    return Deployment(
        ObjectMeta(name="web", namespace="default", uid="web-uid", generation=1),
        DeploymentSpec(replicas=replicas, selector=LabelSelector(LABELS), template=make_template(image),
                       strategy=strategy, **held))


def make_replica_set(
    deployment: Deployment, image: str, size: int, *, available: int | None = None, revision: int = 1, created: int = 0,
    desired: int | None = None,
) -> ReplicaSet:
    """A ReplicaSet of this Deployment with another image, that its own controller has settled."""
    template = attrs.evolve(deployment.spec, template=make_template(image))
    made = make_new_replica_set(attrs.evolve(deployment, spec=template), (), image.replace(":", "-"))
    noted = deployment.spec.replicas if desired is None else desired
    most = (noted or 0) + max_surge(deployment)
    annotations = FrozenMap({REVISION: str(revision), DESIRED_REPLICAS: str(noted), MAX_REPLICAS: str(most)})
    up = size if available is None else available
    return attrs.evolve(
        made, spec=attrs.evolve(made.spec, replicas=size),
        metadata=attrs.evolve(made.metadata, uid=made.metadata.name, generation=1, creation_timestamp=created,
                              annotations=annotations),
        status=ReplicaSetStatus(replicas=size, ready_replicas=up, available_replicas=up, terminating_replicas=0,
                                observed_generation=1))


def make_pod(name: str, owner: ReplicaSet, phase: str = "Running") -> Pod:
    """A pod of a ReplicaSet."""
    meta = ObjectMeta(name=name, namespace="default", uid=name, labels=LABELS,
                      owner_references=(controller_reference(owner, REPLICASET),))
    return Pod(meta, status=PodStatus(phase=phase))


def disown(replicaset: ReplicaSet) -> ReplicaSet:
    """The ReplicaSet without an owner."""
    return attrs.evolve(replicaset, metadata=attrs.evolve(replicaset.metadata, owner_references=()))


def make_local(*objects: Any) -> Local:
    """The controller's informers, showing these objects."""
    cells: dict[Cell, Any] = {Cell("clock"): NOW}
    for each in objects:
        resource = {Deployment: KIND.resource, ReplicaSet: REPLICASET.resource, Pod: "pods"}[type(each)]
        seen = CONTROLLER.watch(resource).see(each)
        cells[Cell("copy", CONTROLLER.name, resource, key_of(each.metadata))] = seen
    return Local(View(FrozenMap(cells)), CONTROLLER.name)


def queued(local: Local) -> list[str]:
    """The keys in the controller's work queue."""
    return list(local.view.keys("queue", CONTROLLER.name))


def accept(call: Call) -> Reply:
    """Answers as a server does that takes everything."""
    return Reply(OK, call.body)


@attrs.frozen
class Synced:
    """One sync: its calls in order, how it ended, and its Events."""

    calls: tuple[Call, ...]
    done: Done
    events: tuple[str, ...]

    def said(self) -> list[str]:
        """The calls in few words."""
        return [" ".join(part for part in (call.verb, call.resource, call.subresource) if part) for call in self.calls]

    def sizes(self) -> dict[str, int]:
        """The last size written to each ReplicaSet."""
        return {call.body.metadata.name: call.body.spec.replicas
                for call in self.calls if call.resource == "replicasets" and call.verb in ("create", "update")}


def sync_once(*objects: Any, answer: Callable[[Call], Reply] = accept) -> Synced:
    """Syncs default/web with these objects in the cache."""
    local = make_local(*objects)
    events: list[str] = []
    local.view.listeners = lambda happening: events.append(f"{happening.reason}: {happening.message}")
    calls = []
    result = CONTROLLER.sync(local, KEY, "")
    while isinstance(result, Call):
        calls.append(attrs.evolve(result, memo=None))
        result = CONTROLLER.resume(local, KEY, result.memo, answer(result))
    return Synced(tuple(calls), result, tuple(events))
