"""What an exhaustive search refuses to work with, and whose it is: the user's, or a defect of this project."""

from seatrial.model.client.controller import Controller
from seatrial.model.cluster import Cluster
from seatrial.model.loops import BY_NAME


class Refused(ValueError):  # noqa: N818 -- it names what happened
    """An input that cannot be searched, or gone on with; the message says why, and what to do."""


class Impure(RuntimeError):  # noqa: N818 -- it names what is wrong
    """A function did something else after reading the same values: it looks beyond its View, at a clock or at chance.

    `process` is the one whose step, or whose offer of one, it was.
    """

    process: str = ""

    def of(self, what: str, process: str = "") -> "Impure":
        """The same, with what was impure by name."""
        found = Impure(f"{what} is not a function of the cells that it reads: {self}")
        found.process = process
        return found


def blamed(initial: Cluster, error: Impure) -> Refused | Impure:
    """Who has to mend a step that is no function of its View: the author of a controller, or we."""
    if not is_own(initial, error.process):
        return error
    return Refused(f"controller {error.process}: {error}: let it depend on nothing but `local` and the key, neither on "
                   "module variables, nor on the clock, nor on chance")


def is_own(initial: Cluster, process: str) -> bool:
    """Is it a controller that the user wrote? A variant's stands in for a built-in one."""
    scope = initial.system.scope
    named = any(isinstance(each, Controller) and each.name == process for each in scope.controllers)
    return named and not (scope.variant and process in BY_NAME)
