"""Where the walks of a campaign begin, and which kinds of strike they have had.

The first walk is undisturbed. Later ones begin where it began, where it came to rest, or somewhere on its way: what
goes wrong with a cluster that is being set up is not what goes wrong with one that has settled. Each kind of strike is
tried once on the way, where more can happen, then once at rest, then in both places by turns.
"""

from random import Random

import attrs

from seatrial.model.actions import Action
from seatrial.model.cluster import Cluster, is_environment
from seatrial.model.run import Run

MOST_MOMENTS = 256
AT_REST, ON_THE_WAY = "at rest", "on the way"


@attrs.frozen
class Origin:
    """A cluster, the actions that lead to it, and, if it shall be struck there, whether it rests."""

    taken: tuple[Action, ...]
    cluster: Cluster
    struck: str = ""


class Origins:
    """The moments of the first walk, and the strikes so far."""

    def __init__(self, initial: Cluster) -> None:
        self.initial = Origin((), initial)
        self.rest: Origin | None = None
        self._actions: tuple[Action, ...] = ()
        self.moments: list[tuple[int, Cluster]] = [(0, initial)]
        self._stride = 1
        self._struck: dict[tuple[str, str], int] = {}
        self._kinds: dict[str, None] = {}
        self._rest_is_safe = False

    def pass_by(self, run: Run) -> None:
        """Keeps the moment of the first walk, if it is one of those to keep: they are evenly spread."""
        if run.length % self._stride == 0:
            self.moments.append((run.length, run.cluster))
        if len(self.moments) > MOST_MOMENTS:
            del self.moments[1::2]
            self._stride *= 2

    def end(self, run: Run, *, rests: bool) -> None:
        """The first walk is over."""
        self._actions = tuple(run.actions)
        if rests:
            self.rest = Origin(self._actions, run.cluster)

    def choose(self, walks: int, chance: Random) -> Origin:
        """Where the next walk begins, `walks` after the first one was begun."""
        if walks == 0:
            return self.initial
        there, under_way = (sum(times for (place, _), times in self._struck.items() if place == where)
                            for where in (AT_REST, ON_THE_WAY))
        if walks % 2 == 0 and there + under_way >= 2 * len(self._kinds):
            return self.initial if self.rest is None else chance.choice((self.initial, self.rest))
        if self.rest is not None and not self._rest_is_safe and there < under_way >= len(self._kinds):
            return attrs.evolve(self.rest, struck=AT_REST)
        length, cluster = chance.choice(self.moments)
        return Origin(self._actions[:length], cluster, ON_THE_WAY)

    def strike(self, run: Run, where: str, chance: Random) -> Action | None:
        """An action of the environment, of a kind that was tried least, here above all; None if there is none."""
        offered: dict[str, list[Action]] = {}
        for action in run.enabled:
            if is_environment(action):
                offered.setdefault(action.step, []).append(action)
        self._kinds.update(dict.fromkeys(offered))
        if not offered:
            self._rest_is_safe |= where == AT_REST
            return None
        tried = {kind: (sum(self._struck.get((place, kind), 0) for place in (AT_REST, ON_THE_WAY)),
                        self._struck.get((where, kind), 0)) for kind in offered}
        least = min(tried.values())
        kind = chance.choice([kind for kind, times in tried.items() if times == least])
        self._struck[where, kind] = self._struck.get((where, kind), 0) + 1
        return chance.choice(offered[kind])
