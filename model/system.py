"""The System: a scope's processes and who reads what, worked out once; it never changes during a run."""

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from seatrial.model.api.selectable import field_of
from seatrial.model.client.controller import Controller, Watch, field_requirements, label_requirements
from seatrial.model.meta.labels import EQUALS
from seatrial.model.meta.selectors import FieldRequirement
from seatrial.model.scope import Scope

Reader = tuple[str, Watch]


@attrs.frozen(eq=False)
class Readers:
    """The informers of one resource: those that any object may concern, and those that select one value of a field."""

    all: tuple[Reader, ...] = ()
    selected: tuple[tuple[Callable[[Any], str], dict[str, tuple[Reader, ...]]], ...] = ()


@attrs.frozen(eq=False)
class System:
    """A scope with its controllers assembled; `processes` is in the order of the scope.

    `horizon`: the age, in seconds, beyond which no decision in this scope tells two ages apart.
    """

    scope: Scope
    processes: dict[str, Controller]
    readers: dict[str, Readers]
    horizon: int

    def binaries(self) -> tuple[str, ...]:
        """The programs that can crash, in order."""
        return tuple(dict.fromkeys(binary_of(each) for each in self.processes.values()))

    def processes_of(self, binary: str) -> tuple[Controller, ...]:
        """The control loops that run, and crash, in one program."""
        return tuple(each for each in self.processes.values() if binary_of(each) == binary)

    def readers_of(self, resource: str, old: object, new: object) -> Iterator[Reader]:
        """Every informer that could see a difference between two states of an object."""
        readers = self.readers.get(resource)
        if readers is None:
            return
        yield from readers.all
        for field, by_value in readers.selected:
            values = [field(value) for value in (old, new) if value is not None]
            for value in dict.fromkeys(values):
                yield from by_value.get(value, ())


def binary_of(controller: Controller) -> str:
    """The program a control loop runs in: its own name, unless it says otherwise."""
    return controller.binary or controller.name


def assemble(scope: Scope, processes: tuple[Controller, ...]) -> System:
    """Builds the table of readers for these processes; raises ValueError when two have one name."""
    named: dict[str, Controller] = {}
    for each in processes:
        if each.name in named:
            message = f"two processes are called {each.name!r}: give one of the controllers another name"
            raise ValueError(message)
        named[each.name] = each
    resources = dict.fromkeys(watch.resource for each in processes for watch in each.watches)
    readers = {resource: _readers(processes, resource) for resource in resources}
    return System(scope, named, readers, find_horizon(scope))


def checked_fields(watch: Watch) -> tuple[FieldRequirement, ...]:
    """What a watch selects by; raises ValueError for a selector that the API server would refuse."""
    if watch.labels:
        label_requirements(watch.labels)
    asked = field_requirements(watch.fields)
    for each in asked:
        field_of(watch.resource, each.field)
    return asked


LONGEST_BUILT_IN = 600
"""The longest of Kubernetes' own delays: progressDeadlineSeconds and the crash-loop reset, by default."""


def find_horizon(scope: Scope) -> int:
    """Twice the longest delay that Kubernetes or an object of the scope (a field named …_seconds) has."""
    return 2 * max([LONGEST_BUILT_IN, *(found for each in scope.objects for found in _delays(each))])


def _delays(value: Any) -> Iterator[int]:  # noqa: ANN401 -- any part of an object
    """The delays in an object, in seconds."""
    if isinstance(value, tuple):
        for each in value:
            yield from _delays(each)
    elif attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            held = getattr(value, field.name)
            if field.name.endswith("_seconds") and isinstance(held, int):
                yield held
            else:
                yield from _delays(held)


def _readers(processes: tuple[Controller, ...], resource: str) -> Readers:
    everyone: list[Reader] = []
    fields: dict[str, dict[str, list[Reader]]] = {}
    for each in processes:
        for watch in each.watches:
            if watch.resource != resource:
                continue
            asked = checked_fields(watch)
            if len(asked) == 1 and asked[0].operator == EQUALS:
                by_value = fields.setdefault(asked[0].field, {})
                by_value.setdefault(asked[0].value, []).append((each.name, watch))
            else:
                everyone.append((each.name, watch))
    selected = tuple((field_of(resource, name), {value: tuple(found) for value, found in by.items()})
                     for name, by in fields.items())
    return Readers(tuple(everyone), selected)
