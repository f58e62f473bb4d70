"""A demand on a placement: whose it is, where it holds, what it says."""

import attrs

from seatrial.properties.checking.place.forms import Condition


@attrs.frozen(eq=False)
class Constraint:
    """What a plugin demands where at least one pod of the batch stands on the node.

    `lasting`: it holds in the end of every order, see `seatrial.properties.checking.place.founders`.
    """

    batch: int
    node: int
    plugin: str
    reason: str
    condition: Condition
    lasting: bool = False
