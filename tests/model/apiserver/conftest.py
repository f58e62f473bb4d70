"""A server to ask: a small scope, a view of it, and requests as one line."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from seatrial.model.api.apps import Deployment, DeploymentSpec
from seatrial.model.api.core import Container, Node, Pod, PodSpec, PodTemplateSpec
from seatrial.model.api.meta import LabelSelector, ObjectMeta, TemplateMeta
from seatrial.model.apiserver.pipeline import STAGES, Stage, pass_through, serve
from seatrial.model.apiserver.request import request_of
from seatrial.model.client.calls import Call, DeleteOptions, Patch, Reply
from seatrial.model.client.controller import Controller
from seatrial.model.frozen import FrozenMap, freeze
from seatrial.model.scope import Scope
from seatrial.model.start import put
from seatrial.model.system import System, assemble
from seatrial.model.view import Cell, View

LABELS = FrozenMap({"app": "web"})
SPEC = PodSpec(containers=(Container("c", image="nginx:1.27"),))


@attrs.frozen
class Server:
    """A view of a scope's store, and the system that it belongs to."""

    view: View
    system: System

    def ask(self, call: Call, user: str = "", groups: tuple[str, ...] = ()) -> Reply:
        """Sends a request through the whole pipeline, as the administrator unless told otherwise."""
        return serve(self.view, self.system, user, groups, call)

    def ask_without(self, stage: Stage, call: Call, user: str = "") -> Reply:
        """Sends a request through the pipeline with one stage dropped: the negative control of that stage."""
        stages = tuple(each for each in STAGES if each is not stage)
        return pass_through(self.view, self.system, request_of(user, (), call), stages)

    def create(self, resource: str, value: Any, **options: Any) -> Reply:
        """Creates an object under its own name."""
        meta = value.metadata
        key = f"{meta.namespace}/{meta.name}" if meta.namespace else meta.name
        return self.ask(Call("create", resource, key, value), **options)

    def delete(self, resource: str, key: str, **options: Any) -> Reply:
        """Deletes an object."""
        return self.ask(Call("delete", resource, key, options=DeleteOptions(**options)))

    def patch(self, resource: str, key: str, tree: Any, subresource: str = "") -> Reply:
        """Sends a merge patch."""
        return self.ask(Call("patch", resource, key, Patch("merge", freeze(tree)), subresource))

    def get(self, resource: str, key: str) -> Any:
        """The live object, or None."""
        return self.view[Cell("object", "", resource, key)]

    def revision(self, resource: str) -> int:
        """The resource's revision: how many writes there were."""
        return int(self.view[Cell("revision", "", resource)] or 0)


@pytest.fixture
def serving() -> Callable[..., Server]:
    """Makes a server with these objects and processes."""

    def make(*objects: Any, processes: tuple[Controller, ...] = (), **scope: Any) -> Server:
        view = View(FrozenMap())
        for each in objects:
            put(view, each)
        return Server(view, assemble(Scope(objects=objects, **scope), processes))

    return make


@pytest.fixture
def pod() -> Callable[..., Pod]:
    """Makes a pod in namespace default."""

    def make(name: str = "p", node: str = "", namespace: str = "default", **meta: Any) -> Pod:
        spec = attrs.evolve(SPEC, node_name=node)
        return Pod(ObjectMeta(name=name, namespace=namespace, labels=LABELS, **meta), spec)

    return make


@pytest.fixture
def deployment() -> Deployment:
    """A Deployment of three."""
    template = PodTemplateSpec(TemplateMeta(LABELS), SPEC)
    return Deployment(ObjectMeta(name="web", namespace="default"),
                      DeploymentSpec(replicas=3, selector=LabelSelector(LABELS), template=template))


@pytest.fixture
def node() -> Node:
    """A node in a zone."""
    return Node(ObjectMeta(name="n1", labels=FrozenMap({"topology.kubernetes.io/zone": "a", "other": "x"})))
