"""Revisions and the annotations that carry them; which old ReplicaSets are kept, and which one a rollback means.

Mirrors the annotation functions of pkg/controller/deployment/util/deployment_util.go, cleanupDeployment of sync.go and
rollback.go (release 1.36). A revision that is no number counts as unknown, as it does there.
"""

from collections.abc import Iterable
from functools import cmp_to_key

import attrs

from seatrial.model.api.apps import Deployment, ReplicaSet
from seatrial.model.api.meta import Strings
from seatrial.model.controllers.deployment_conditions import NO_LIMIT
from seatrial.model.controllers.deployment_scaling import desired_replicas, is_saturated, max_surge
from seatrial.model.controllers.deployment_templates import creation_order
from seatrial.model.frozen import FrozenMap
from seatrial.model.meta.go_format import GoNumberError, is_digits, parse_int64

REVISION = "deployment.kubernetes.io/revision"
REVISION_HISTORY = "deployment.kubernetes.io/revision-history"
DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas"
MAX_REPLICAS = "deployment.kubernetes.io/max-replicas"
ROLLBACK_TO = "deprecated.deployment.rollback.to"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
# These belong to one object: they are not copied between a Deployment and its ReplicaSets.
ANNOTATIONS_TO_SKIP = (DESIRED_REPLICAS, LAST_APPLIED, MAX_REPLICAS, REVISION, REVISION_HISTORY, ROLLBACK_TO)
MAX_HISTORY_LENGTH = 2000


def get_int_from_annotation(replicaset: ReplicaSet, name: str) -> int | None:
    """The number in an annotation, 0 to 2147483647, without a sign; None when it is absent or malformed."""
    text = replicaset.metadata.annotations.get(name, "")
    number = _number(text) if is_digits(text) else None
    return number if number is not None and number < 2**31 else None


def _number(text: str) -> int | None:
    try:
        return parse_int64(text)
    except GoNumberError:
        return None


def revision_of(replicaset: ReplicaSet) -> int | None:
    """A ReplicaSet's revision: 0 without the annotation, None when it is no number."""
    return _number(replicaset.metadata.annotations.get(REVISION, "0"))


def max_revision(replica_sets: Iterable[ReplicaSet]) -> int:
    """The highest revision, at least 0."""
    return max((0, *(revision for each in replica_sets if (revision := revision_of(each)) is not None)))


def last_revision(replica_sets: Iterable[ReplicaSet]) -> int:
    """The second highest revision, 0 if there is none."""
    highest, second = 0, 0
    for revision in map(revision_of, replica_sets):
        if revision is None:
            continue
        if revision >= highest:
            highest, second = revision, highest
        elif revision > second:
            second = revision
    return second


def copy_annotations(deployment: Deployment, replicaset: ReplicaSet) -> Strings:
    """The ReplicaSet's annotations with those of its Deployment written over them."""
    copied = {name: text for name, text in deployment.metadata.annotations.items() if name not in ANNOTATIONS_TO_SKIP}
    return replicaset.metadata.annotations.update(copied)


def set_new_replica_set_annotations(deployment: Deployment, new: ReplicaSet, revision: int) -> tuple[ReplicaSet, bool]:
    """The new ReplicaSet with the Deployment's annotations and this revision; and whether that must be written.

    A revision that it had before goes to its history. One that is no number stays, and nothing is written.
    """
    annotations = copy_annotations(deployment, new)
    changed = annotations != new.metadata.annotations
    held = annotations.get(REVISION)
    number = _number(held) if held else 0
    if number is None:
        return _annotated(new, annotations), False
    if number < revision:
        if held is not None:
            annotations = _remember_revision(annotations, held)
        annotations, changed = annotations.set(REVISION, str(revision)), True
    return _annotated(new, annotations), changed


def _annotated(replicaset: ReplicaSet, annotations: Strings) -> ReplicaSet:
    return attrs.evolve(replicaset, metadata=attrs.evolve(replicaset.metadata, annotations=annotations))


def _remember_revision(annotations: Strings, revision: str) -> Strings:
    """Appends to the history; the oldest entries give way when it gets longer than upstream allows."""
    history = annotations.get(REVISION_HISTORY, "")
    if not history or history.startswith(","):
        return annotations.set(REVISION_HISTORY, revision)
    entries = history.split(",")
    length = len(history) + len(revision) + 1
    while length > MAX_HISTORY_LENGTH and entries:
        length -= len(entries.pop(0)) + 1
    if length > MAX_HISTORY_LENGTH:
        return annotations
    return annotations.set(REVISION_HISTORY, ",".join((*entries, revision)))


def set_replicas_annotations(deployment: Deployment, replicaset: ReplicaSet) -> ReplicaSet:
    """The ReplicaSet noting how many replicas its Deployment desires and may have at most."""
    desired = desired_replicas(deployment)
    return _annotated(replicaset, replicaset.metadata.annotations.update(
        {DESIRED_REPLICAS: str(desired), MAX_REPLICAS: str(desired + max_surge(deployment))}))


def replicas_annotations_need_update(deployment: Deployment, replicaset: ReplicaSet) -> bool:
    """Does it note other numbers?"""
    return set_replicas_annotations(deployment, replicaset) != replicaset


def is_new_saturated(deployment: Deployment, new: ReplicaSet | None) -> bool:
    """Is the new ReplicaSet as large as the Deployment, all of it available, and does it note that size?"""
    noted = None if new is None else _number(new.metadata.annotations.get(DESIRED_REPLICAS, ""))
    if new is None or noted is None:
        return False
    return is_saturated(desired_replicas(deployment), new.spec.replicas or 0, new.status.available_replicas, noted)


def set_deployment_revision(deployment: Deployment, revision: str) -> Deployment:
    """The Deployment with this revision; itself if it has it already."""
    annotations = deployment.metadata.annotations
    if annotations.get(REVISION, "") == revision:
        return deployment
    return attrs.evolve(deployment, metadata=attrs.evolve(
        deployment.metadata, annotations=annotations.set(REVISION, revision)))


def set_deployment_annotations_to(deployment: Deployment, replicaset: ReplicaSet) -> Deployment:
    """The Deployment with the annotations of the ReplicaSet that it is rolled back to."""
    own, other = deployment.metadata.annotations, replicaset.metadata.annotations
    kept = {name: text for name, text in own.items() if name in ANNOTATIONS_TO_SKIP}
    taken = {name: text for name, text in other.items() if name not in ANNOTATIONS_TO_SKIP}
    return attrs.evolve(deployment, metadata=attrs.evolve(deployment.metadata, annotations=FrozenMap(kept | taken)))


def get_rollback_to(deployment: Deployment) -> int | None:
    """The revision that a rollback is asked to, 0 for the last one; None when none is asked for."""
    return _number(deployment.metadata.annotations.get(ROLLBACK_TO, ""))


def clear_rollback_to(deployment: Deployment) -> Deployment:
    """The Deployment without the wish to be rolled back."""
    annotations = deployment.metadata.annotations.delete(ROLLBACK_TO)
    return attrs.evolve(deployment, metadata=attrs.evolve(deployment.metadata, annotations=annotations))


def compare_revisions(one: ReplicaSet, two: ReplicaSet) -> int:
    """By revision; by age when they are equal or one is no number."""
    first, second = revision_of(one), revision_of(two)
    if first is None or second is None or first == second:
        return -1 if creation_order(one) < creation_order(two) else 1
    return first - second


def get_replica_sets_to_clean_up(deployment: Deployment, old: tuple[ReplicaSet, ...]) -> tuple[ReplicaSet, ...]:
    """The old ReplicaSets beyond the revision history limit, oldest revision first, that are empty and settled.

    One that still has pods counts as if it were removed: no other goes in its place.
    """
    limit = deployment.spec.revision_history_limit
    if limit is None or limit == NO_LIMIT:
        return ()
    alive = [each for each in old if each.metadata.deletion_timestamp is None]
    beyond = sorted(alive, key=cmp_to_key(compare_revisions))[:max(len(alive) - limit, 0)]
    return tuple(each for each in beyond if is_empty_and_settled(each))


def is_empty_and_settled(replicaset: ReplicaSet) -> bool:
    """No replicas asked for or reported, and its controller has seen its present generation."""
    return (replicaset.status.replicas == 0 and not replicaset.spec.replicas
            and replicaset.metadata.generation <= replicaset.status.observed_generation)
