"""What a namespace in deletion says of its content: five conditions, each with its good and its bad news.

Mirrors pkg/controller/namespace/deletion/status_condition_utils.go (release 1.36). Left out: groups whose version does
not parse; there are none.
"""

import attrs

from seatrial.model.api.core import NamespaceStatus
from seatrial.model.api.meta import Condition, get_condition

DISCOVERY, CONTENT = "NamespaceDeletionDiscoveryFailure", "NamespaceDeletionContentFailure"
REMAINING, FINALIZERS = "NamespaceContentRemaining", "NamespaceFinalizersRemaining"
GOOD_NEWS = (
    (DISCOVERY, "ResourcesDiscovered", "All resources successfully discovered"),
    ("NamespaceDeletionGroupVersionParsingFailure", "ParsedGroupVersions", "All legacy kube types successfully parsed"),
    (CONTENT, "ContentDeleted", "All content successfully deleted, may be waiting on finalization"),
    (REMAINING, "ContentRemoved", "All content successfully removed"),
    (FINALIZERS, "ContentHasNoFinalizers", "All content-preserving finalizers finished"),
)


@attrs.frozen
class Findings:
    """What one round of deletion found: objects left by resource, and by finalizer; seconds to wait; problems.

    `problems` are what the conditions say, `errors` what the sync returns.
    """

    remaining: tuple[tuple[str, int], ...] = ()
    finalizers: tuple[tuple[str, int], ...] = ()
    problems: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    estimate: int = 0


def count_finalizers(held: tuple[tuple[str, int], ...], found: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """The objects that wait for each finalizer, with those of one more resource."""
    counts = dict(held)
    for each in found:
        counts[each] = counts.get(each, 0) + 1
    return tuple(sorted(counts.items()))


def get_bad_news(findings: Findings, discovery_error: str, *, complete: bool) -> dict[str, tuple[str, str]]:
    """Reason and message of each condition that is True; what is left is only said when all was looked at."""
    news = {}
    if discovery_error:
        news[DISCOVERY] = ("DiscoveryFailed", discovery_error)
    if findings.problems:
        said = ", ".join(sorted(findings.problems))
        news[CONTENT] = ("ContentDeletionFailed",
                         f"Failed to delete all resource types, {len(findings.problems)} remaining: {said}")
    if complete and findings.remaining:
        said = ", ".join(sorted(f"{name} has {count} resource instances" for name, count in findings.remaining))
        news[REMAINING] = ("SomeResourcesRemain", f"Some resources are remaining: {said}")
    if complete and findings.finalizers:
        said = ", ".join(sorted(f"{name} in {count} resource instances" for name, count in findings.finalizers))
        news[FINALIZERS] = ("SomeFinalizersRemain",
                            f"Some content in the namespace has finalizers remaining: {said}")
    return news


def update_conditions(status: NamespaceStatus, bad_news: dict[str, tuple[str, str]], now: int) -> NamespaceStatus:
    """The status with all five conditions; a time only changes with the condition's status."""
    conditions = list(status.conditions)
    for kind, *good in GOOD_NEWS:
        value = "True" if kind in bad_news else "False"
        reason, message = bad_news.get(kind, tuple(good))
        held = get_condition(status.conditions, kind)
        if held is None:
            conditions.append(Condition(kind, value, None, now, reason, message))
            continue
        since = held.last_transition_time if held.status == value else now
        conditions[conditions.index(held)] = attrs.evolve(
            held, status=value, reason=reason, message=message, last_transition_time=since)
    return attrs.evolve(status, conditions=tuple(conditions))
