"""Every property, in one tuple: the tables in the docs, the command line's choices and the tests derive from it."""

from seatrial.properties.liveness import MODULES as LIVENESS
from seatrial.properties.property import Property
from seatrial.properties.safety import MODULES as SAFETY

PROPERTIES: tuple[Property, ...] = tuple(sorted(
    (each for module in (*SAFETY, *LIVENESS) for each in module.PROPERTIES), key=lambda each: each.name))
BY_NAME = {each.name: each for each in PROPERTIES}


def property_named(name: str) -> Property:
    """The property of this name; raises KeyError with the names there are."""
    if name not in BY_NAME:
        message = f"there is no property {name!r}; the properties are {', '.join(BY_NAME)}"
        raise KeyError(message)
    return BY_NAME[name]
