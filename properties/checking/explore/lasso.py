"""Counterexamples of liveness: a shortest path to where a fair run stays for ever, the loop there, and why it is fair.

A lasso is written in numbers of Actions; `counterexample` makes of it what every engine of this project reports, by
replaying it through plain `step`.
"""

import attrs
import numpy as np

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster, enabled, is_environment
from seatrial.properties.checking.explore.components import Components
from seatrial.properties.checking.explore.fairness import Fairness, Strong, any_bit, is_strong, unit_in
from seatrial.properties.checking.explore.graph import Array, Graph
from seatrial.properties.checking.explore.paths import UNREACHED, Paths, search_paths
from seatrial.properties.checking.explore.questions import Ground
from seatrial.properties.checking.explore.tour import Component, fair_loop
from seatrial.properties.checking.replay import judge, replay
from seatrial.properties.checking.turns import Obligation, after, unit_in_words
from seatrial.properties.checking.verdict import Counterexample
from seatrial.properties.property import Property

ENTRIES = 8
"""From so many of the nearest states a loop is tried; the shortest lasso wins."""
Found = list[tuple[Components, Array]]


@attrs.frozen
class Lasso:
    """The numbers of the Actions of a stem and of a loop; without a loop, the system rests at the end of the stem.

    `states` are those passed, the first and the last included; users and faults are quiet after `quiet` actions, and
    the goal is lacking after `lacking` ones. `fair_to` has an Obligation for each unit that can move in the loop.
    """

    stem: tuple[int, ...]
    loop: tuple[int, ...]
    states: tuple[int, ...]
    quiet: int
    lacking: int
    fair_to: tuple[Obligation, ...] = ()

    @property
    def because(self) -> tuple[str, ...]:
        """Why nothing in the system may complain that it gets no turn, one sentence each."""
        if not self.loop:
            return (f"nothing but users and faults can move {after(len(self.stem))}",)
        return tuple(str(each) for each in self.fair_to)


def shortest_lasso(graph: Graph, fairness: Fairness, ground: Ground, found: Found) -> Lasso:
    """The best of what was found: fewest steps of users and faults, then the shortest, and rest rather than a loop."""
    home = np.full(graph.states, -1, np.int32)
    for at, (components, which) in enumerate(found):
        chosen = np.zeros(components.count, np.bool_)
        chosen[which] = True
        home[components.states[chosen[components.label]]] = at
    rests = (home >= 0) & ~any_bit(fairness.enabled & fairness.assumed.weak[:, None])
    moves = (home >= 0) & ~rests
    stems = _stems(graph, ground, rests, moves)
    lassos = [_at_rest(stems, state) for state in _nearest(stems, rests, 1)]
    entries = {state: None for mask in (moves, moves & ground.lacking) for state in _nearest(stems, mask, ENTRIES)}
    parts: dict[int, Component] = {}
    for state in entries:
        components = found[home[state]][0]
        own = components.label[np.flatnonzero(components.states == state)[0]]
        members = components.members(int(own))
        first = int(members[0])
        if first not in parts:
            parts[first] = Component(members, graph.part(members, _edges_between(graph, components, members)))
        lassos.append(_looping(stems, fairness, ground.lacking, parts[first], state))
    return min(lassos, key=lambda each: (int(graph.environment[list(each.stem)].sum()) if each.stem else 0,
                                         len(each.stem) + len(each.loop), len(each.loop), each.stem, each.loop))


def _edges_between(graph: Graph, components: Components, members: Array) -> Array:
    mask = np.zeros(graph.states, np.bool_)
    mask[members] = True
    edges: Array = components.edges[mask[graph.source[components.edges]]]
    return edges


@attrs.frozen(eq=False)
class _Stems:
    """Shortest stems to every state: to where the premise holds, and on from there."""

    graph: Graph
    paths: Paths
    before: Paths | None

    def edges(self, state: int) -> list[int]:
        """The edges of the stem to a state."""
        edges = self.paths.to(state)
        if self.before is None:
            return edges
        return self.before.to(int(self.graph.source[edges[0]]) if edges else state) + edges


def _stems(graph: Graph, ground: Ground, rests: Array, moves: Array) -> _Stems:
    """Stems far enough: to a state of rest, which no longer stem can better, or to several where loops can begin."""
    masks = (moves, moves & ground.lacking)
    left = [min(ENTRIES, int(mask.sum())) for mask in masks]
    loops = bool(moves.any())

    def enough(states: Array) -> bool:
        for at, mask in enumerate(masks):
            left[at] -= int(mask[states].sum())
        return bool(rests[states].any()) or (loops and max(left) <= 0)

    if ground.since is None:
        return _Stems(graph, search_paths(graph, np.array([0]), enough=enough), None)
    before = search_paths(graph, np.array([0]))
    starts = np.flatnonzero(ground.since & before.reached())
    return _Stems(graph, search_paths(graph, starts, costs=before.cost[starts], within=ground.inside, enough=enough),
                  before)


def _nearest(stems: _Stems, mask: Array, many: int) -> list[int]:
    """The states of a mask that are nearest, nearest first."""
    states = np.flatnonzero(mask & (stems.paths.cost != UNREACHED))
    cost = stems.paths.cost[states]
    if len(states) > many:
        kept = cost <= np.partition(cost, many - 1)[many - 1]
        states, cost = states[kept], cost[kept]
    found: list[int] = states[np.argsort(cost, kind="stable")][:many].tolist()
    return found


def _quiet_after(graph: Graph, stem: list[int]) -> int:
    """How many actions of a stem there are up to the last of a user or a fault."""
    outside: list[int] = np.flatnonzero(graph.environment[graph.action[stem]]).tolist() if stem else []
    return outside[-1] + 1 if outside else 0


def _at_rest(stems: _Stems, state: int) -> Lasso:
    graph, stem = stems.graph, stems.edges(state)
    return Lasso(tuple(graph.action[stem].tolist()) if stem else (), (), (*_left(graph, stem), state),
                 _quiet_after(graph, stem), len(stem))


def _left(graph: Graph, edges: list[int]) -> tuple[int, ...]:
    """The states that these edges leave."""
    return tuple(graph.source[edges].tolist()) if edges else ()


def _looping(stems: _Stems, fairness: Fairness, lacking: Array, component: Component, state: int) -> Lasso:
    graph, stem, part = stems.graph, stems.edges(state), component.graph
    edges = fair_loop(component, fairness, lacking, state)
    loop, passed = tuple(part.action[edges].tolist()), (*component.states[part.source[edges]].tolist(), state)
    missing = next(at for at, each in enumerate(passed) if lacking[each])
    return Lasso(tuple(graph.action[stem].tolist()) if stem else (), loop,
                 (*_left(graph, stem), *passed), _quiet_after(graph, stem), len(stem) + missing,
                 obligations(fairness, loop, passed, len(stem)))


def obligations(fairness: Fairness, loop: tuple[int, ...], states: tuple[int, ...],
                begin: int) -> tuple[Obligation, ...]:
    """For each assumed unit that can move in the loop: where it does, or where it cannot.

    `states` are those of the loop, the one where it begins both first and last; `begin` steps come before.
    """
    enabled = fairness.enabled[:, list(states)]
    found = []
    for at in fairness.members(np.bitwise_or.reduce(enabled, axis=1) & fairness.assumed.weak):
        bit = fairness.row([at])[:, None]
        taken = np.flatnonzero(any_bit(fairness.bits[:, list(loop)] & bit))
        if len(taken):
            found.append(Obligation(fairness.units[at], taken=True, step=begin + int(taken[0]) + 1))
        else:
            idle = np.flatnonzero(~any_bit(enabled & bit))
            found.append(Obligation(fairness.units[at], taken=False, step=begin + int(idle[0])))
    return tuple(sorted(found, key=lambda each: (each.step, not each.taken, each.unit)))


def counterexample(graph: Graph, lasso: Lasso, prop: Property, initial: Cluster, *,
                   strong: Strong = False, fair_choice: bool = False) -> Counterexample:
    """The lasso as every engine reports it, with the sentence that its replay ends with.

    `strong` and `fair_choice` as they were given to `decide`. Raises ReplayDisagrees if an action is not enabled,
    NotALasso if the replay does not bear out what the lasso says: either is an error of this project.
    """
    actions = tuple(graph.actions[each] for each in (*lasso.stem, *lasso.loop))
    loop = len(lasso.stem) if lasso.loop else None
    states = replay(initial, actions)
    found = Counterexample(prop.name, actions, "", lasso.quiet, loop)
    wrong = None if loop is None else wrong_with_loop(
        states[loop:], actions[loop:], strong=strong, fair_choice=fair_choice)
    sentence = judge(prop, states, found)
    wrong = wrong or (None if sentence else "nothing is lacking in its end")
    if wrong or sentence is None:
        message = f"{prop.name}: the replay of the lasso's {len(lasso.stem)} and {len(lasso.loop)} steps says: {wrong}"
        raise NotALasso(message)
    return attrs.evolve(found, sentence=sentence)


def wrong_with_loop(states: tuple[Cluster, ...], actions: tuple[Action, ...], *, strong: Strong = False,
                    fair_choice: bool = False) -> str | None:
    """Why these states, one more than actions, are no fair loop of the system, by what `enabled` says; or None."""
    if states[0].cells != states[-1].cells:
        return "the loop does not come back to where it began"
    if outside := [action for action in actions if is_environment(action)]:
        return f"{outside[0]} is a step of a user or a fault"
    taken = {unit_in(action, fair_choice=fair_choice) for action in actions}
    can = [dict.fromkeys(unit_in(action, fair_choice=fair_choice) for action in enabled(state)
                         if not is_environment(action)) for state in states[1:]]
    for unit in dict.fromkeys(unit for each in can for unit in each if unit not in taken):
        if all(unit in each for each in can):
            return f"{unit_in_words(unit)} could always move, and never does"
        if is_strong(unit, strong):
            return f"{unit_in_words(unit)} could move again and again, and never does"
    return None


class NotALasso(Exception):  # noqa: N818 -- it names what is wrong
    """The actions of a lasso do not do what it says: an internal error (exit 70)."""
