"""Runs of the rollout's count model, as runs of a Deployment with its controllers, a scheduler and a node.

The numbers of such a run need not be those of any cluster (a copy may be a mixture of values that never were): the
search takes the same transitions in the same order, with numbers of its own, until the claim fails. For a rollback,
which changes the template during the rollout, it takes a third template: after a change back the controller first
writes the revision of the ReplicaSet, and must see that, and so all that it wrote before, to go on; among 30,000
clusters no run was found that breaks the surge that way. What it finds is judged by `PROPERTIES`, which stand beside
`CONTROLLER` so that a trace can name them. Left out: runs with failing pods or of a controller with a bug, and those
without end.
"""

from functools import partial

import attrs

from seatrial.model.actions import Action
from seatrial.model.api.apps import Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment
from seatrial.model.api.core import PodTemplateSpec
from seatrial.model.api.meta import LabelSelector, ObjectMeta, TemplateMeta
from seatrial.model.cluster import Cluster
from seatrial.model.controllers import deployment as controller
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import Scale, SetImage
from seatrial.model.variants.scenarios import LABELS, NAMESPACE, node, pod_spec
from seatrial.properties.checking.symbolic.answer import Run, say_state
from seatrial.properties.checking.symbolic.models.deployment import (
    AVAILABLE,
    FAILURES,
    MODEL,
    PODS_WITHIN_SURGE,
    SURGE,
    Rollout,
)
from seatrial.properties.checking.symbolic.refinement import direct
from seatrial.properties.checking.symbolic.refinements.deployment import REFINEMENT, rollout_counts
from seatrial.properties.checking.symbolic.system import Clause
from seatrial.properties.property import ALWAYS, Property

KEY, LIMIT = "default/web", 4000
ACTORS = ("deployment-controller", "kubectl", "replicaset-controller")
"""Who takes part in what is looked for; everybody else may be slow."""
CONTROLLER = attrs.evolve(controller.CONTROLLER, source=f"{__name__}:CONTROLLER")


def deployment(replicas: int, surge: int, unavailable: int) -> Deployment:
    """The Deployment default/web, of pods of one container."""
    rolling = RollingUpdateDeployment(max_unavailable=unavailable, max_surge=surge)
    return Deployment(
        ObjectMeta(name="web", namespace="default", labels=LABELS),
        DeploymentSpec(replicas, LabelSelector(LABELS), PodTemplateSpec(TemplateMeta(LABELS), pod_spec()),
                       DeploymentStrategy("RollingUpdate", rolling)))


def breaks(claim: Clause, cluster: Cluster) -> str | None:
    """How the counts of the Deployment break a claim."""
    found = rollout_counts(cluster, KEY)
    return None if claim.holds(found) else f"Deployment {KEY}: not so: {claim.says}; there {say_state(found)}"


CLAIMS = {"rollout_sizes_within_surge": SURGE, "rollout_pods_within_surge": PODS_WITHIN_SURGE,
          "rollout_pods_available": AVAILABLE}
PROPERTIES = tuple(Property(name, ALWAYS, claim.says, partial(breaks, claim)) for name, claim in CLAIMS.items())


def scope_of(run: Run) -> Scope:
    """A Deployment at rest, whose image users change once, and again for each rollback of the run; and scale it."""
    first: Rollout = run.states[0]
    scales = [each.choices[0] for each in run.taken if each.name == "rescale"]
    back = sum(each.name == "roll-back" for each in run.taken)
    users = (*(SetImage("deployments", KEY, "web", f"web:{at + 2}") for at in range(1 + back)),
             *(Scale("deployments", KEY, to) for to in scales))
    return Scope(
        (CONTROLLER, "replicaset", "scheduler"),
        (*NAMESPACE, deployment(first.desired, first.surge, first.unavailable), node()), kubelets=True, at_rest=True,
        users=users, budgets=FrozenMap({"set-image": 1 + back, "scale": len(scales)}), hypotheses=REFINEMENT.hypotheses)


def follow(run: Run, claim: Clause) -> tuple[Scope, tuple[Action, ...], Property] | None:
    """The scope, the actions, and the property that they should break; None when none were found."""
    broken = next((each for each in PROPERTIES if CLAIMS[each.name] == claim), None)
    if broken is None or run.model.name != MODEL.name or any(each.name in FAILURES for each in run.taken):
        return None
    scope = scope_of(run)
    initial = start(scope)
    counts = partial(rollout_counts, key=KEY)
    actions = direct(attrs.evolve(REFINEMENT, model=run.model), run, initial, counts, broken.predicate,
                     is_taken=lambda action: action.process in ACTORS, limit=LIMIT)
    return None if actions is None else (scope, actions, broken)
