"""Walks begin along the whole way of the first one, and each kind of strike is tried early."""

from itertools import pairwise
from random import Random

from seatrial.model.run import Run
from seatrial.properties.checking.fair import run_fairly
from seatrial.properties.checking.origins import AT_REST, MOST_MOMENTS, ON_THE_WAY, Origins
from tests.properties.checking.scenarios import cluster_with

STRIKES = ("Crash", "DropWatch", "ExpireWatch")


def seeded(seed: int) -> Random:
    """Chance that repeats."""
    return Random(seed)  # noqa: S311 -- a search, not a secret


def origins_after_a_first_walk() -> Origins:
    """Of a ReplicaSet that has settled, where three kinds of fault may strike."""
    initial = cluster_with("replicaset", crash=1, drop=1, gone=1)
    origins, run = Origins(initial), Run(initial)
    run_fairly(run, seeded(0), 1000, lambda _: origins.pass_by(run))
    origins.end(run, rests=True)
    return origins


def struck(origins: Origins, walks: int) -> list[tuple[str, str]]:
    """Where so many walks were struck, and how."""
    chance = seeded(1)
    found = []
    for number in range(1, walks + 1):
        origin = origins.choose(number, chance)
        if origin.struck:
            action = origins.strike(Run(origin.cluster, origin.taken), origin.struck, chance)
            assert action is not None
            found.append((origin.struck, action.step))
    return found


def test_every_kind_strikes_before_any_strikes_twice() -> None:
    """And before the walks are many, in both places."""
    found = struck(origins_after_a_first_walk(), 2 * len(STRIKES))
    assert sorted(STRIKES) == sorted(kind for _, kind in found[:len(STRIKES)])
    assert {AT_REST: 3, ON_THE_WAY: 3} == {place: sum(each == place for each, _ in found)
                                          for place in (AT_REST, ON_THE_WAY)}


def test_where_nothing_can_strike_at_rest_all_strikes_are_on_the_way() -> None:
    """A call that may be refused needs a call; the search goes on, and comes to its end."""
    initial = cluster_with("replicaset", refused=1)
    origins, run = Origins(initial), Run(initial)
    run_fairly(run, seeded(0), 1000, lambda _: origins.pass_by(run))
    origins.end(run, rests=True)
    chance, places = seeded(1), []
    for number in range(1, 60):
        origin = origins.choose(number, chance)
        if origin.struck and origins.strike(Run(origin.cluster, origin.taken), origin.struck, chance):
            places.append(origin.struck)
    assert {ON_THE_WAY} == set(places)
    assert 2 <= len(places)


def test_once_all_have_struck_every_other_walk_strays() -> None:
    """Strikes are one search among others."""
    found = struck(origins_after_a_first_walk(), 2 * len(STRIKES) + 20)
    assert 2 * len(STRIKES) + 10 == len(found)


def test_a_cluster_on_the_way_is_the_one_its_actions_lead_to() -> None:
    """Else a counterexample that begins there would not replay."""
    origins, chance = origins_after_a_first_walk(), seeded(2)
    for number in range(1, 20):
        origin = origins.choose(number, chance)
        run = Run(origins.initial.cluster)
        for action in origin.taken:
            run.take(action)
        assert run.cluster == origin.cluster


def test_moments_are_spread_over_a_long_way_and_stay_few() -> None:
    """However long the first walk is."""
    initial = cluster_with("replicaset", crash=1)
    origins, run = Origins(initial), Run(initial)
    for length in range(1, 10_000):
        run.length = length
        origins.pass_by(run)
    lengths = [length for length, _ in origins.moments]
    assert MOST_MOMENTS // 2 <= len(lengths) <= MOST_MOMENTS
    assert 1 == len({after - before for before, after in pairwise(lengths)})


def test_before_the_first_walk_there_is_one_place_to_begin() -> None:
    """And after one without an end there are strikes on its way alone."""
    initial = cluster_with("replicaset", crash=1)
    origins, run = Origins(initial), Run(initial)
    assert origins.initial == origins.choose(0, seeded(0))
    run_fairly(run, seeded(0), 5, lambda _: origins.pass_by(run))
    origins.end(run, rests=False)
    assert {ON_THE_WAY} == {place for place, _ in struck(origins, 10)}
