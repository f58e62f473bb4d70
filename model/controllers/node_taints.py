"""Taints that controllers put on nodes: a read, a patch with the version read, again on a conflict.

Mirrors AddOrUpdateTaintOnNode, RemoveTaintOffNode and PatchNodeTaints in pkg/controller/controller_utils.go,
SwapNodeControllerTaint in pkg/controller/util/node and pkg/util/taints (release 1.36). Upstream's first read of a node
may be answered from the API server's cache; here it is fresh, and a stale one would end in the conflict that any write
in between causes here too.
"""

from collections.abc import Iterable

import attrs

from seatrial.model.api.core import Node, Taint
from seatrial.model.api.meta import key_of
from seatrial.model.api.registry import kind_of
from seatrial.model.api.wire import to_json
from seatrial.model.client.calls import Call, Patch, Reply
from seatrial.model.frozen import freeze
from seatrial.model.meta.patch_diff import create_two_way_merge_patch
from seatrial.model.meta.patch_schema import schema_of

ATTEMPTS = 5
KIND = kind_of("nodes")


@attrs.frozen
class TaintJob:
    """What is still to be done to a node's taints: first `add`, then `remove`; `attempts` of the present half."""

    node: str
    add: tuple[Taint, ...] = ()
    remove: tuple[Taint, ...] = ()
    attempts: int = 0


def same_taint(one: Taint, two: Taint) -> bool:
    """A taint is told from others by key and effect (upstream: MatchTaint)."""
    return (one.key, one.effect) == (two.key, two.effect)


def taint_exists(taints: Iterable[Taint], wanted: Taint) -> bool:
    """Is it among them?"""
    return any(same_taint(each, wanted) for each in taints)


def add_or_update_taint(taints: tuple[Taint, ...], taint: Taint) -> tuple[Taint, ...]:
    """The taints with this one added, or put in the place of the one with its key and effect."""
    if taint_exists(taints, taint):
        return tuple(taint if same_taint(each, taint) else each for each in taints)
    return (*taints, taint)


def delete_taint(taints: tuple[Taint, ...], taint: Taint) -> tuple[Taint, ...]:
    """The taints without this one."""
    return tuple(each for each in taints if not same_taint(each, taint))


def swap_taints(node: Node, add: tuple[Taint, ...], remove: tuple[Taint, ...], now: int) -> TaintJob:
    """Adds some taints with the present time, and then removes others, if the node as read has any of them."""
    stamped = tuple(attrs.evolve(each, time_added=now) for each in add)
    return TaintJob(key_of(node.metadata), stamped, _present(node, remove))


def remove_taint(node: Node, taint: Taint) -> TaintJob:
    """Removes a taint, if the node as read has it."""
    return TaintJob(key_of(node.metadata), (), _present(node, (taint,)))


def _present(node: Node, taints: tuple[Taint, ...]) -> tuple[Taint, ...]:
    return taints if any(taint_exists(node.spec.taints, each) for each in taints) else ()


def read_node(job: TaintJob) -> Call | None:
    """The read that the job's next half begins with; None when nothing is left."""
    return Call("get", "nodes", job.node) if job.add or job.remove else None


def after_taint_reply(job: TaintJob, verb: str, reply: Reply) -> tuple[TaintJob, Call | None, bool]:
    """Goes on after a call of this verb: what is left of the job, the next call, and whether all went well so far.

    With no call the job is over: done, or given up when the last answer is False.
    """
    if not reply.ok:
        if verb == "patch" and reply.is_reason("Conflict") and job.attempts < ATTEMPTS:
            return job, read_node(job), True
        return job, None, False
    if verb == "get":
        node: Node = reply.body
        taints = node.spec.taints
        for each in job.add:
            taints = add_or_update_taint(taints, each)
        for each in () if job.add else job.remove:
            taints = delete_taint(taints, each)
        if taints != node.spec.taints:
            return attrs.evolve(job, attempts=job.attempts + 1), patch_node_taints(node, taints), True
    rest = TaintJob(job.node, (), job.remove if job.add else ())
    return rest, read_node(rest), True


def patch_node_taints(node: Node, taints: tuple[Taint, ...]) -> Call:
    """A strategic merge patch of the taints alone, with the version that was read."""
    new = to_json(attrs.evolve(node, spec=attrs.evolve(node.spec, taints=taints)))
    bare = to_json(attrs.evolve(node, metadata=attrs.evolve(node.metadata, resource_version=None)))
    tree = create_two_way_merge_patch(bare, new, schema_of(KIND.api_version, KIND.name))
    return Call("patch", "nodes", key_of(node.metadata), Patch("strategic", freeze(tree)))
