"""Adoption and release: a controller claims the objects its selector matches, one call at a time.

Mirrors pkg/controller/controller_ref_manager.go (release 1.36). Owned objects come before orphans. Before the first
adoption the owner is read live, once a sync, so that nothing is adopted by an owner in deletion or of another UID.
"""

from collections.abc import Callable
from typing import Any

import attrs

from seatrial.model.api.meta import OwnerReference, get_controller_of, key_of
from seatrial.model.api.registry import Kind
from seatrial.model.client.calls import Call, Patch, Reply
from seatrial.model.frozen import freeze
from seatrial.model.meta.timestamps import format_time

Matches = Callable[[Any], bool]


@attrs.frozen
class Claims:
    """What is claimed, what still needs a call, what went wrong; `verdict` is the live check's: None before it."""

    claimed: tuple[Any, ...] = ()
    todo: tuple[Any, ...] = ()
    errors: tuple[str, ...] = ()
    verdict: str | None = None


def controller_reference(owner: Any, kind: Kind) -> OwnerReference:  # noqa: ANN401 -- any object
    """The owner reference that marks an object as controlled by `owner`."""
    return OwnerReference(kind.api_version, kind.name, owner.metadata.name, owner.metadata.uid,
                          controller=True, block_owner_deletion=True)


def begin_claims(owner: Any, matches: Matches, candidates: list[Any]) -> Claims:  # noqa: ANN401 -- any object
    """Sorts candidates into claimed, to be adopted or released, and ignored."""
    claimed, todo = [], []
    dying = owner.metadata.deletion_timestamp is not None
    for each in candidates:
        held = get_controller_of(each.metadata)
        if held is not None:
            if held.uid != owner.metadata.uid:
                continue
            if matches(each):
                claimed.append(each)
            elif not dying:
                todo.append(each)
        elif not dying and matches(each) and each.metadata.deletion_timestamp is None:
            todo.append(each)
    return Claims(tuple(claimed), tuple(todo))


def is_adoption(each: Any) -> bool:  # noqa: ANN401 -- any object
    """Is this object to be adopted (it has no controller) or to be released?"""
    return get_controller_of(each.metadata) is None


def next_claim(claims: Claims, owner: Any, kind: Kind, resource: str) -> tuple[Claims, Call | None]:  # noqa: ANN401
    """The next call of a claim: a live read of the owner, an adoption or a release; None when all are made."""
    while claims.todo:
        each = claims.todo[0]
        if not is_adoption(each):
            return claims, Call("patch", resource, key_of(each.metadata), _patch(each, owner, None))
        if claims.verdict is None:
            return claims, Call("get", kind.resource, key_of(owner.metadata))
        if not claims.verdict:
            return claims, Call("patch", resource, key_of(each.metadata), _patch(each, owner, kind))
        meta = each.metadata
        what = f"can't adopt {SINGULAR[resource]} {meta.namespace}/{meta.name} ({meta.uid}): {claims.verdict}"
        claims = attrs.evolve(claims, todo=claims.todo[1:], errors=(*claims.errors, what))
    return claims, None


SINGULAR = {"pods": "Pod", "replicasets": "ReplicaSet"}


def _patch(each: Any, owner: Any, kind: Kind | None) -> Patch:  # noqa: ANN401 -- any object
    """A strategic merge patch that adds this owner (with its kind), or takes it away."""
    if kind is None:
        entry: dict[str, Any] = {"$patch": "delete", "uid": owner.metadata.uid}
    else:
        entry = {"apiVersion": kind.api_version, "kind": kind.name, "name": owner.metadata.name,
                 "uid": owner.metadata.uid, "controller": True, "blockOwnerDeletion": True}
    return Patch("strategic", freeze({"metadata": {"ownerReferences": [entry], "uid": each.metadata.uid}}))


def after_claim(claims: Claims, owner: Any, kind: Kind, call: Call, reply: Reply) -> Claims:  # noqa: ANN401
    """What a claim's reply means: adopted, released, gone, or an error that ends the sync after the last claim."""
    if call.verb == "get":
        return attrs.evolve(claims, verdict=_recheck(owner, kind, reply))
    each, rest = claims.todo[0], claims.todo[1:]
    ignored = ("NotFound",) if is_adoption(each) else ("NotFound", "Invalid")
    if reply.ok:
        claimed = (*claims.claimed, each) if is_adoption(each) else claims.claimed
        return attrs.evolve(claims, claimed=claimed, todo=rest)
    if reply.is_reason(*ignored):
        return attrs.evolve(claims, todo=rest)
    return attrs.evolve(claims, todo=rest, errors=(*claims.errors, reply.message))


def _recheck(owner: Any, kind: Kind, reply: Reply) -> str:  # noqa: ANN401 -- any object
    """Why nothing may be adopted, or "" (upstream: RecheckDeletionTimestamp)."""
    meta = owner.metadata
    if not reply.ok:
        return f"can't recheck DeletionTimestamp: {reply.message}"
    fresh = reply.body.metadata
    if fresh.uid != meta.uid:
        return (f"can't recheck DeletionTimestamp: original {kind.name} {meta.namespace}/{meta.name} is gone: "
                f"got uid {fresh.uid}, wanted {meta.uid}")
    if fresh.deletion_timestamp is not None:
        when = format_time(fresh.deletion_timestamp).replace("T", " ").replace("Z", " +0000 UTC")
        return f"{meta.namespace}/{meta.name} has just been deleted at {when}"
    return ""


def say_errors(errors: tuple[str, ...]) -> str:
    """Several errors as one text, sorted; equal ones stay repeated (upstream aggregates them)."""
    return "; ".join(sorted(errors))
