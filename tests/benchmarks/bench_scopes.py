"""Whole scopes of the real model, each exhausted for all properties of safety that it can be asked.

No test of the suite: `make bench-scopes` runs it, its figures go to build/bench-scopes.json. One ReplicaSet with its
controller, the scheduler and nodes with their kubelets, or a Deployment with its controller too; status writes are in.
Each scope is searched in a process of its own, as `--engine explore` does it, and stopped after four minutes. Arguments
after the path choose scopes by a part of their names.
"""

import json
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import attrs

from seatrial.model.api.apps import Deployment, DeploymentSpec, ReplicaSet
from seatrial.model.api.core import PodTemplateSpec, Probe
from seatrial.model.api.meta import LabelSelector, ObjectMeta, TemplateMeta
from seatrial.model.faults import FAULTS
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import Scale, SetImage
from seatrial.model.variants.scenarios import LABELS, NAMESPACE, node, pod_spec, replicaset
from seatrial.properties.checking.check import select
from seatrial.properties.checking.explore.engine import Limits, explorable, explore_cluster
from seatrial.properties.property import LIVENESS, SOMETIMES
from seatrial.properties.registry import PROPERTIES

SECONDS = 240
HYPOTHESES = ("lag_below_expectation_ttl",)
NEEDS_MORE = ("cloud", "compaction", "lagging")
"""Budgets that no process of these scopes can spend: they need a cloud, a history of etcd, a second API server."""


def of_replicaset(replicas: int, *, nodes: int = 1, sizes: tuple[int, ...] = (), faults: tuple[str, ...] = ()) -> Scope:
    """A ReplicaSet of so many pods, which a user may scale once to one of these sizes; each fault may strike once."""
    users = tuple(Scale("replicasets", "default/web", size) for size in sizes)
    budgets = FrozenMap(dict.fromkeys((*(user.verb for user in users), *faults), 1))
    owner = probed(replicaset(replicas)) if "probe" in faults else replicaset(replicas)
    return Scope(("replicaset", "scheduler"), (*NAMESPACE, *nodes_of(nodes), owner), kubelets=True, users=users,
                 budgets=budgets, images=() if "pull" in faults else None, secured=False, hypotheses=HYPOTHESES)


def probed(owner: ReplicaSet) -> ReplicaSet:
    """The ReplicaSet with a readiness probe: without one, none can fail."""
    template = owner.spec.template
    containers = tuple(attrs.evolve(each, readiness_probe=Probe(failure_threshold=1, success_threshold=1))
                       for each in template.spec.containers)
    spec = attrs.evolve(template.spec, containers=containers)
    return attrs.evolve(owner, spec=attrs.evolve(owner.spec, template=attrs.evolve(template, spec=spec)))


def of_rollout(*, at_rest: bool = False) -> Scope:
    """A Deployment of one pod, maxSurge 1, whose image a user may change once, at any time."""
    template = PodTemplateSpec(TemplateMeta(LABELS), pod_spec())
    deployment = Deployment(ObjectMeta(name="web", namespace="default", labels=LABELS),
                            DeploymentSpec(1, selector=LabelSelector(LABELS), template=template))
    users = (SetImage("deployments", "default/web", "web", "web:2"),)
    return Scope(("deployment", "replicaset", "scheduler"), (*NAMESPACE, *nodes_of(1), deployment), kubelets=True,
                 users=users, budgets=FrozenMap({"set-image": 1}), secured=False, hypotheses=HYPOTHESES,
                 at_rest=at_rest)


def nodes_of(count: int) -> tuple[Any, ...]:
    """So many nodes, each with a network of its own for its pods."""
    found = ((node(f"node-{at}"), f"10.244.{at}.0/24") for at in range(1, count + 1))
    return tuple(attrs.evolve(each, spec=attrs.evolve(each.spec, pod_cidr=network)) for each, network in found)


def kinds_of_faults() -> tuple[str, ...]:
    """Everything that may go wrong in these scopes, by its budget."""
    return tuple(sorted({budget for fault in FAULTS for budget in fault.budgets} - {*NEEDS_MORE}))


def scopes() -> dict[str, Scope]:
    """All scopes by name."""
    found = {"1 -> 0/2 pods, 1 node": of_replicaset(1, sizes=(0, 2))}
    found |= {f"1 -> 0/2 pods, 1 node, {fault}": of_replicaset(1, sizes=(0, 2), faults=(fault,))
              for fault in kinds_of_faults()}
    return found | {
        "3 pods, 1 node": of_replicaset(3),
        "1 -> 0/3 pods, 1 node": of_replicaset(1, sizes=(0, 3)),
        "3 pods, 2 nodes": of_replicaset(3, nodes=2),
        "rollout 1 -> 1, from rest": of_rollout(at_rest=True),
        "rollout 1 -> 1, from the first write": of_rollout(),
    }


def searched(name: str) -> dict[str, Any]:
    """What a search of one scope came to."""
    initial = start(explorable(scopes()[name]))
    properties = tuple(each for each in select(initial, PROPERTIES, asked=False) if each.kind not in LIVENESS)
    before, cpu = time.perf_counter(), time.process_time()
    found = explore_cluster(initial, properties, Limits(seconds=SECONDS))
    verdicts = Counter(each.verdict for each in found.verdicts)
    return {
        "scope": name, "states": found.statistics.states, "transitions": found.statistics.transitions,
        "quiet": found.statistics.quiet, "depth": found.statistics.depth,
        "stopped": found.statistics.stopped, "seconds": round(time.perf_counter() - before, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1),
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "properties": sum(each.kind != SOMETIMES for each in properties), "verdicts": dict(sorted(verdicts.items())),
        "not_held": {each.property: f"{each.verdict}: {each.reason}" for each in found.verdicts
                     if each.verdict != "HOLDS"},
    }


def in_its_own_process(name: str) -> dict[str, Any]:
    """The same, in a new process, so that its memory and time are its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.bench_scopes", "--one", name], capture_output=True, text=True,
        check=False)
    if ran.returncode:
        return {"scope": name, "stopped": f"it ended with {ran.returncode}: {ran.stderr.strip()[-400:]}"}
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def main(path: str, chosen: list[str]) -> None:
    """Searches every scope, or those chosen, and writes the figures down."""
    figures = []
    for name in scopes():
        if not chosen or any(part in name for part in chosen):
            figures.append(in_its_own_process(name))
            print(json.dumps(figures[-1]), flush=True)
    Path(path).parent.mkdir(exist_ok=True)
    Path(path).write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        print(json.dumps(searched(sys.argv[2])))
    else:
        main(sys.argv[1], sys.argv[2:])
