"""The corpus: runs that are kept, each with its text and its diagram; made anew when SEATRIAL_UPDATE_GOLDEN is set."""

import os
from functools import cache
from pathlib import Path
from random import Random

import attrs

import seatrial.traces.corpus
from seatrial.model.actions import Action
from seatrial.model.api.apps import Deployment, DeploymentSpec
from seatrial.model.api.core import PodTemplateSpec
from seatrial.model.api.meta import LabelSelector, ObjectMeta, TemplateMeta
from seatrial.model.cluster import Cluster
from seatrial.model.frozen import FrozenMap
from seatrial.model.run import Run
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import Apply, Scale
from seatrial.model.variants.scenarios import LABELS, NAMESPACE, node, pod_spec, replicaset
from seatrial.properties.checking.check import Options, check_cluster
from seatrial.properties.checking.fair import run_fairly
from seatrial.properties.checking.replay import replay
from seatrial.properties.checking.verdict import Counterexample
from seatrial.properties.checking.walk import Budget
from seatrial.properties.registry import BY_NAME
from seatrial.traces.codec import Trace, dump_trace, load_trace
from seatrial.traces.exporters.mermaid import export_mermaid
from seatrial.traces.exporters.text import export_text
from seatrial.traces.scopes import initial_of
from tests.model.controllers.deployments import make_deployment, make_replica_set
from tests.traces.found import UPDATE, compare

CORPUS = Path(seatrial.traces.corpus.__path__[0])
NAMES = ("proportional-scaling", "recreated-unseen", "ten-steps")
MOST_MESSAGES = 20


def ten_steps() -> Trace:
    """From `kubectl apply` of a Deployment to the status of all its objects in etcd: a fair run to its end."""
    template = PodTemplateSpec(TemplateMeta(LABELS), pod_spec(FrozenMap({"cpu": "100m", "memory": "64Mi"})))
    deployment = Deployment(ObjectMeta(name="web", namespace="default", labels=LABELS),
                            DeploymentSpec(1, selector=LabelSelector(LABELS), template=template))
    scope = Scope(controllers=("deployment", "replicaset", "scheduler"), objects=(*NAMESPACE, node()), kubelets=True,
                  timed=True, users=(Apply(deployment),), budgets=FrozenMap({"apply": 1}),
                  hypotheses=("lag_below_expectation_ttl",))
    run = Run(start(scope))
    run.take(Action("Apply", "kubectl", "deployments/default/web", "manifest 1"))
    run_fairly(run, Random(0), 400, lambda _: None)  # noqa: S311 -- a seed, so that the run is the same again
    reached = BY_NAME["some_pod_runs"]
    actions = tuple(run.actions)
    return Trace(scope, Counterexample(reached.name, actions, reached.predicate(run.cluster) or "", len(actions)),
                 reached.kind, 0)


def proportional_scaling() -> Trace:
    """Four ReplicaSets of one replica each, scaled from 4 to 2 without a surge: three replicas are left."""
    deployment = make_deployment(4, 0, 1, image="web:4")
    sets = tuple(make_replica_set(deployment, f"web:{number}", 1, revision=number) for number in (1, 2, 3, 4))
    scope = Scope(controllers=("deployment",), objects=(*NAMESPACE, deployment, *sets), timed=True,
                  users=(Scale("deployments", "default/web", 2),), budgets=FrozenMap({"scale": 1}))
    return found_in(scope, "sizes_within_surge")


def recreated_unseen() -> Trace:
    """A ReplicaSet is recreated while the collector does not watch: it never learns that the pods' owner went."""
    scope = Scope(controllers=("replicaset", "garbage-collector"), objects=(*NAMESPACE, replicaset(1)), timed=True,
                  budgets=FrozenMap({"recreate": 1, "gone": 1}))
    return found_in(scope, "garbage_disappears")


def found_in(scope: Scope, name: str) -> Trace:
    """The short counterexample to a property that is asked for by name, though a real cluster breaks it there."""
    prop = BY_NAME[name]
    initial = start(scope)
    report = check_cluster(initial, (prop, BY_NAME[prop.sibling]), Options(budget=Budget(20_000)))
    found = report.verdicts[0].counterexample
    assert found is not None, report.verdicts[0].reason
    return Trace(scope, found, prop.kind, 0)


MADE = {"proportional-scaling": proportional_scaling, "recreated-unseen": recreated_unseen, "ten-steps": ten_steps}


@cache
def trace_of(name: str) -> Trace:
    """A kept run."""
    path = CORPUS / name / "trace.json"
    if os.environ.get(UPDATE) and name in MADE:
        compare(path, dump_trace(MADE[name]()))
    return load_trace(path)


@cache
def states_of(name: str) -> tuple[Cluster, ...]:
    """The states that it runs through."""
    trace = trace_of(name)
    return replay(initial_of(trace.scope), trace.found.actions)


def text_of(name: str) -> str:
    """The run in words."""
    return export_text(trace_of(name), states_of(name), command_of(name))


def diagram_of(name: str) -> str:
    """The run as a diagram that can be read at a glance."""
    return export_mermaid(trace_of(name), states_of(name), command_of(name), MOST_MESSAGES)


def command_of(name: str) -> str:
    """What replays it, from the root of the repository."""
    return f"seatrial trace replay traces/corpus/{name}/trace.json"


@attrs.frozen
class Kept:
    """A file beside a trace, and what should be in it."""

    file: str
    text: str


def kept(name: str) -> tuple[Kept, Kept]:
    """What is beside a trace."""
    return Kept("text.md", f"```text\n{text_of(name)}```\n"), Kept("diagram.mmd", diagram_of(name))
