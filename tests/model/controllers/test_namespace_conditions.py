"""The conditions of a namespace in deletion."""

import attrs
import pytest

from seatrial.model.api.core import NamespaceStatus
from seatrial.model.controllers.namespace_conditions import (
    CONTENT,
    DISCOVERY,
    FINALIZERS,
    GOOD_NEWS,
    REMAINING,
    Findings,
    count_finalizers,
    get_bad_news,
    update_conditions,
)

FOUND = Findings((("pods.", 2), ("deployments.apps", 1)), (("b", 1), ("a", 2)), ("late", "broken"))


def test_good_news_are_said_too() -> None:
    """All five conditions are there from the first round, False; the next one changes nothing."""
    status = update_conditions(NamespaceStatus("Terminating"), {}, 7)
    assert [(kind, "False", 7) for kind, *_ in GOOD_NEWS] == [
        (each.type, each.status, each.last_transition_time) for each in status.conditions]
    assert status == update_conditions(status, {}, 9)


def test_a_time_changes_with_the_status_alone() -> None:
    """Another message at the same status keeps the condition's time and place."""
    status = update_conditions(NamespaceStatus(), {CONTENT: ("Failed", "one")}, 1)
    status = update_conditions(status, {CONTENT: ("Failed", "two")}, 2)
    assert ("two", 1) == (status.conditions[2].message, status.conditions[2].last_transition_time)
    status = update_conditions(status, {}, 3)
    assert (CONTENT, "False", 3) == (status.conditions[2].type, status.conditions[2].status,
                                     status.conditions[2].last_transition_time)


@pytest.mark.parametrize(("findings", "complete", "expected"), [
    (Findings(), True, []), (FOUND, False, [CONTENT, DISCOVERY]),
    (FOUND, True, [REMAINING, CONTENT, DISCOVERY, FINALIZERS]),
])
def test_what_is_left_is_said_in_the_end(findings: Findings, expected: list[str], *, complete: bool) -> None:
    """Errors are always said; what is left only after the last resource."""
    error = "broken" if findings.problems else ""
    assert sorted(expected) == sorted(get_bad_news(findings, error, complete=complete))


def test_messages_name_everything_sorted() -> None:
    """The same findings in another order give the same messages, so that nothing is written for it."""
    other = attrs.evolve(FOUND, remaining=FOUND.remaining[::-1], problems=FOUND.problems[::-1])
    news = get_bad_news(FOUND, "", complete=True)
    assert news == get_bad_news(other, "", complete=True)
    assert news[REMAINING][1].endswith(": deployments.apps has 1 resource instances, pods. has 2 resource instances")
    assert "Failed to delete all resource types, 2 remaining: broken, late" == news[CONTENT][1]


def test_count_finalizers() -> None:
    """Counts add up over resources, in order of the finalizers."""
    assert (("a", 3), ("b", 1)) == count_finalizers((("a", 1), ("b", 1)), ("a", "a"))
