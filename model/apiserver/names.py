"""Names and UIDs that the server gives: deterministic, so that a run replays.

Upstream draws both at random. A generated name never repeats here unless the object of that name is gone and nothing
mentions it any more (`seatrial.model.canonical` renumbers); a real clash, 8 tries in 1.36, is left out: its chance is
about 1 in 10^7 per try. A UID tells two objects of one name apart.
"""

from seatrial.model.system import System
from seatrial.model.view import Cell, View

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
SUFFIX_LENGTH = 5


def suffix(number: int) -> str:
    """The generated suffix of this number, in the alphabet that Kubernetes uses (no vowels, no look-alikes)."""
    text = ""
    for _ in range(SUFFIX_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        text = ALPHABET[digit] + text
    return text


class OutOfNames(RuntimeError):  # noqa: N818 -- it names what is felt
    """A scope that bounds generated names has none left: what Kubernetes would do is not known there."""


def next_name(view: View, system: System, resource: str, namespace: str, base: str) -> str:
    """The name that `generateName: base` will give next; it is only used up when the object is stored.

    In scopes that bound names it is the first that nothing mentions; raises OutOfNames when there is none.
    """
    if not system.scope.names:
        return base + suffix(view[Cell("names", "", resource, f"{namespace}/{base}")] or 0)
    for number in range(system.scope.names):
        if not view.mentions(base + suffix(number)):
            return base + suffix(number)
    message = f"all {system.scope.names} names {base}… are in use or remembered: raise Scope.names (--names)"
    raise OutOfNames(message)


def use_name(view: View, system: System, resource: str, namespace: str, base: str) -> None:
    """Uses up the name that `next_name` gave; where names are bounded, only that there are such names is noted."""
    cell = Cell("names", "", resource, f"{namespace}/{base}")
    view[cell] = system.scope.names or (view[cell] or 0) + 1


def next_uid(view: View, resource: str, key: str, *, generated: bool) -> str:
    """A UID of its own for each object: its name, and how often that name was given before."""
    if generated:
        return f"{resource}:{key}"
    cell = Cell("incarnations", "", resource, key)
    count = (view[cell] or 0) + 1
    view[cell] = count
    return f"{resource}:{key}#{count}" if count > 1 else f"{resource}:{key}"
