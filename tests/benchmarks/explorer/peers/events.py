"""The scenario in plain Python, for checkers that are Python libraries: events over one flat tuple of small integers.

This file imports nothing of seatrial, so that an interpreter of another version can run it. A pod is 0 for none, 1 for
a new one, else 4 * (node + 1), plus 2 when it runs, plus 1 when it is being deleted.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

State = tuple[int, ...]
Guard = Callable[[State], bool]
Effect = Callable[[State], State]
NEW = 1
UP, EXITED = 1, 2
ADD, DELETE = 1, 2


class Event(NamedTuple):
    """Its name, when it is possible, what comes of it, and whether the system itself takes it."""

    name: str
    enabled: Guard
    apply: Effect
    system: bool = True


def active(pod: int) -> bool:
    """Does it count as a replica?"""
    return pod == NEW or (pod > NEW and not pod & 1)


def ready(pod: int) -> bool:
    """Does it run, and stay?"""
    return pod > NEW and pod & 3 == 2


def worth(pod: int) -> int:
    """The lower, the sooner it is deleted; 3 for what is no replica."""
    if not active(pod):
        return 3
    return 0 if pod == NEW else 1 + (pod >> 1 & 1)


def put(state: State, at: int, value: int) -> State:
    """The state with one number changed."""
    return (*state[:at], value, *state[at + 1:])


def put_all(state: State, changes: dict[int, int]) -> State:
    """The state with some numbers changed."""
    after = list(state)
    for at, value in changes.items():
        after[at] = value
    return tuple(after)


class World:
    """Where each number stands in the tuple, what can happen, and what must hold."""

    def __init__(self, size: tuple[int, ...]) -> None:
        """A scenario with so many ReplicaSets, slots, nodes, pods per node, replicas, faults and scales."""
        replicasets, slots, nodes, capacity, desired, faults, scales = size
        self.slots, self.capacity, self.desired = slots, capacity, desired
        self.sets, self.pods, self.nodes = range(replicasets), range(replicasets * slots), range(nodes)
        lengths = (replicasets,) * 3 + (len(self.pods),) * 3 + (len(self.pods) * nodes, nodes, 1, 1)
        values = (1, 1, 0, 0, 0, 0, 0, 1, faults, scales)
        begins: list[int] = []
        initial: list[int] = []
        for length, value in zip(lengths, values, strict=True):
            begins.append(len(initial))
            initial += [value] * length
        (self.wanted, self.seen, self.waits, self.pod, self.copy, self.cache, self.box, self.up, self.faults,
         self.scales) = begins
        self.initial = tuple(initial)

    def own(self, replicaset: int) -> range:
        """The slots of a ReplicaSet."""
        return range(replicaset * self.slots, (replicaset + 1) * self.slots)

    def box_of(self, node: int, pod: int) -> int:
        """Where the container of a pod on a node stands."""
        return self.box + node * len(self.pods) + pod

    def events(self) -> Iterator[Event]:
        """Every instance of every event."""
        for replicaset in self.sets:
            yield from self.controller(replicaset)
            for replicas in range(self.desired + 1):
                yield self.scale(replicaset, replicas)
        for pod in self.pods:
            yield from self.deliveries(pod)
            yield self.delete(pod)
            for node in self.nodes:
                yield self.bind(pod, node)
                yield from self.placed(pod, node)
        for node in self.nodes:
            yield from self.power(node)
        yield from self.crashes()

    def scale(self, replicaset: int, replicas: int) -> Event:
        """A user changes the spec."""
        wanted, scales = self.wanted + replicaset, self.scales
        return Event("Scale", lambda s: s[scales] > 0 and s[wanted] != replicas,
                     lambda s: put_all(s, {wanted: replicas, scales: s[scales] - 1}), system=False)

    def controller(self, replicaset: int) -> Iterator[Event]:
        """The spec is read, a pod is created, an expectation expires."""
        wanted, seen, waits = (at + replicaset for at in (self.wanted, self.seen, self.waits))
        own = self.own(replicaset)
        pairs = [(self.pod + pod, self.copy + pod) for pod in own]
        used = [(self.pod + pod, (self.pod + pod, self.copy + pod, self.cache + pod,
                                  *(self.box_of(node, pod) for node in self.nodes))) for pod in own]

        def free(s: State) -> int | None:
            return next((at for at, held in used if not any(s[each] for each in held)), None)

        def may_create(s: State) -> bool:
            return (not s[waits] and sum(active(s[copy]) for _, copy in pairs) < s[seen] and free(s) is not None)

        def create(s: State) -> State:
            slot = free(s)
            return s if slot is None else put_all(s, {slot: NEW, waits: ADD})

        yield Event("Read", lambda s: s[seen] != s[wanted], lambda s: put(s, seen, s[wanted]))
        yield Event("Create", may_create, create)
        yield Event("Expire",
                    lambda s: s[waits] != 0 and all(s[pod] == s[copy] for pod, copy in pairs),
                    lambda s: put(s, waits, 0))

    def delete(self, at: int) -> Event:
        """The controller deletes the pod that is worth least."""
        replicaset = at // self.slots
        pod, copy, waits, seen = self.pod + at, self.copy + at, self.waits + replicaset, self.seen + replicaset
        copies = [self.copy + each for each in self.own(replicaset)]

        def may_delete(s: State) -> bool:
            if s[waits] or not active(s[copy]) or not active(s[pod]):
                return False
            if sum(active(s[each]) for each in copies) <= s[seen]:
                return False
            return worth(s[copy]) == min(worth(s[each]) for each in copies)

        return Event("Delete", may_delete, lambda s: put_all(
            s, {pod: 0 if s[pod] == NEW else s[pod] | 1, waits: DELETE}))

    def deliveries(self, at: int) -> Iterator[Event]:
        """The controller's and the scheduler's watch bring their copies up to date."""
        pod, copy, cache, waits = self.pod + at, self.copy + at, self.cache + at, self.waits + at // self.slots

        def deliver(s: State) -> State:
            came = s[waits] == ADD and not s[copy]
            went = s[waits] == DELETE and active(s[copy]) and not active(s[pod])
            return put_all(s, {copy: s[pod], waits: 0 if came or went else s[waits]})

        yield Event("Watch", lambda s: s[copy] != s[pod], deliver)
        yield Event("See", lambda s: s[cache] != s[pod], lambda s: put(s, cache, s[pod]))

    def bind(self, at: int, node: int) -> Event:
        """The scheduler binds a new pod to a node with room."""
        pod, cache, up, bound = self.pod + at, self.cache + at, self.up + node, 4 * node + 4
        caches = [self.cache + each for each in self.pods]

        def may_bind(s: State) -> bool:
            return (s[pod] == NEW and s[cache] == NEW and s[up] == 1
                    and sum(s[each] >> 2 == node + 1 for each in caches) < self.capacity)

        return Event("Bind", may_bind, lambda s: put_all(s, {pod: bound, cache: bound}))

    def placed(self, at: int, node: int) -> Iterator[Event]:
        """What befalls a pod on a node."""
        pod, box, up, bound = self.pod + at, self.box_of(node, at), self.up + node, 4 * node + 4
        faults = self.faults
        yield Event("Collect", lambda s: s[pod] >> 2 == node + 1 and not s[up],
                    lambda s: put(s, pod, 0))
        yield Event("Start", lambda s: s[pod] & 253 == bound and s[box] != UP and s[up] == 1,
                    lambda s: put(s, box, UP))
        yield Event("Report",
                    lambda s: s[pod] & 253 == bound and s[up] == 1 and (s[box] == UP) != (s[pod] & 2 > 0),
                    lambda s: put(s, pod, bound | 2 if s[box] == UP else bound))
        yield Event("Kill", lambda s: s[box] != 0 and s[pod] & 253 != bound,
                    lambda s: put(s, box, 0))
        yield Event("Finish", lambda s: s[pod] & 253 == bound | 1 and not s[box] and s[up] == 1,
                    lambda s: put(s, pod, 0))
        yield Event("Exit", lambda s: s[box] == UP and s[faults] > 0,
                    lambda s: put_all(s, {box: EXITED, faults: s[faults] - 1}), system=False)

    def power(self, node: int) -> Iterator[Event]:
        """A node fails, and is repaired."""
        up, faults, lost = self.up + node, self.faults, {self.box_of(node, pod): 0 for pod in self.pods}
        yield Event("NodeDown", lambda s: s[up] == 1 and s[faults] > 0,
                    lambda s: put_all(s, {**lost, up: 0, faults: s[faults] - 1}), system=False)
        yield Event("NodeUp", lambda s: not s[up], lambda s: put(s, up, 1))

    def crashes(self) -> Iterator[Event]:
        """The controller or the scheduler crashes and lists anew."""
        faults = self.faults

        def controller(s: State) -> State:
            listed = {self.copy + pod: s[self.pod + pod] for pod in self.pods}
            read = {self.seen + each: s[self.wanted + each] for each in self.sets}
            return put_all(s, {**listed, **read, **{self.waits + each: 0 for each in self.sets}, faults: s[faults] - 1})

        def scheduler(s: State) -> State:
            return put_all(s, {**{self.cache + pod: s[self.pod + pod] for pod in self.pods}, faults: s[faults] - 1})

        for crash in (controller, scheduler):
            yield Event("Crash", lambda s: s[faults] > 0, crash, system=False)

    def within_capacity(self, s: State) -> bool:
        """No more pods are bound to a node than fit."""
        nodes = [pod >> 2 for pod in s[self.pod:self.copy]]
        return all(nodes.count(node + 1) <= self.capacity for node in self.nodes)

    def runs_once(self, s: State) -> bool:
        """A pod has containers on one node at most."""
        return all(sum(s[self.box_of(node, pod)] != 0 for node in self.nodes) <= 1 for pod in self.pods)

    def within_scale(self, s: State) -> bool:
        """There are never more replicas than any scale asked for."""
        return all(sum(active(s[self.pod + pod]) for pod in self.own(each)) <= self.desired for each in self.sets)

    def converged(self, s: State) -> bool:
        """As many pods run as are wanted."""
        return all(sum(ready(s[self.pod + pod]) for pod in self.own(each)) == s[self.wanted + each]
                   for each in self.sets)
