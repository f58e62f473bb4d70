"""PrioritySort: the order of the active queue.

Mirrors pkg/scheduler/framework/plugins/queuesort/priority_sort.go (release 1.36). The model does not keep the order:
which queued pod is next is the Action's choice, which covers this one and every one that a delay could make of it.
"""

from seatrial.model.api.core import Pod


def less(one: Pod, since_one: str, two: Pod, since_two: str) -> bool:
    """Does the first pod come first: by priority, then by how long it waits? Times as text of one form."""
    first, second = one.spec.priority or 0, two.spec.priority or 0
    return first > second or (first == second and since_one < since_two)
