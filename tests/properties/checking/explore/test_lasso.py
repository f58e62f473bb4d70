"""Counterexamples of liveness in the real model: they replay through plain `step`, and a changed one does not."""

import attrs
import pytest

from seatrial.model.client.calls import Call, Done
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.cluster import Cluster, enabled
from seatrial.model.start import start
from seatrial.properties.checking.explore.decide import Answer, decide
from seatrial.properties.checking.explore.fairness import unit_in
from seatrial.properties.checking.explore.graph import Graph, of_search, spoken
from seatrial.properties.checking.explore.lasso import NotALasso, counterexample, wrong_with_loop
from seatrial.properties.checking.explore.questions import EventuallyAlways
from seatrial.properties.checking.explore.recorded import judge_of
from seatrial.properties.checking.explore.search import Options, Search
from seatrial.properties.checking.explore.situations import Situations
from seatrial.properties.checking.explore.transitions import of_cluster
from seatrial.properties.checking.replay import ReplayDisagrees, confirm, replay
from seatrial.properties.checking.turns import Obligation, after, unit_in_words
from seatrial.properties.property import EVENTUALLY, Property
from tests.properties.checking.explore.samples import small_scope
from tests.properties.checking.explore.small_graphs import action_of, steps


def painting(colour: str) -> Controller:
    """A controller that paints every ReplicaSet in its colour."""
    def paint(local: Local, key: str, choice: str) -> Call | Done:
        del choice
        held = local.get("replicasets", key)
        if held is None or held.metadata.annotations.get("colour") == colour:
            return Done()
        annotations = held.metadata.annotations.set("colour", colour)
        return Call("update", "replicasets", key, attrs.evolve(
            held, metadata=attrs.evolve(held.metadata, annotations=annotations)))
    return Controller(f"{colour}-painter", (Watch("replicasets"),), paint)


def is_red(cluster: Cluster) -> str | None:
    """A goal that two painters never agree on."""
    for each in cluster.objects("replicasets"):
        if each.metadata.annotations.get("colour") != "red":
            return f"ReplicaSet {each.metadata.name} is {each.metadata.annotations.get('colour') or 'bare'}"
    return None


RED = Property("stays_red", EVENTUALLY, "a test's goal", is_red)


def asked(*colours: str, **budgets: int) -> tuple[Cluster, Graph, Answer]:
    """What these painters bring about: is every ReplicaSet red in the end, and stays so?"""
    cluster = start(small_scope(0, tuple(painting(colour) for colour in colours), **budgets))
    search = Search(Situations(of_cluster(cluster), (judge_of(cluster.system, RED),)), Options(graph=True))
    search.run()
    graph = of_search(search)
    return cluster, graph, decide(graph, EventuallyAlways(spoken(search, 0)))


def test_two_painters_who_do_not_agree_are_a_livelock() -> None:
    """The loop replays, comes back to the very state where it began, and each painter has its turn."""
    cluster, graph, answer = asked("red", "blue")
    assert answer.lasso is not None
    found = counterexample(graph, answer.lasso, RED, cluster)
    confirm(cluster, RED, found)
    assert "ReplicaSet web is blue" == found.sentence
    assert len(answer.lasso.stem) == found.loop
    assert {"red-painter", "blue-painter"} == {each.process for each in found.actions[found.loop:]}
    assert any("blue-painter's Sync of default/web is taken at step" in each for each in answer.lasso.because)


def test_a_lasso_that_was_changed_is_refused() -> None:
    """Its loop does not close, an action is not enabled, or nothing is lacking at its end."""
    cluster, graph, answer = asked("red", "blue")
    lasso = answer.lasso
    assert lasso is not None
    with pytest.raises(NotALasso, match="does not come back"):
        counterexample(graph, attrs.evolve(lasso, loop=lasso.loop[:1]), RED, cluster)
    with pytest.raises(ReplayDisagrees, match="is not enabled"):
        counterexample(graph, attrs.evolve(lasso, stem=lasso.stem[1:]), RED, cluster)
    with pytest.raises(NotALasso, match="nothing is lacking"):
        counterexample(graph, lasso, attrs.evolve(RED, predicate=lambda _: None), cluster)


def test_a_loop_is_judged_by_what_the_cluster_offers() -> None:
    """The loop of the two painters is fair; one that leaves a painter out is not, nor one under strong fairness."""
    cluster, graph, answer = asked("red", "blue", crash=1)
    assert answer.lasso is not None
    found = counterexample(graph, answer.lasso, RED, cluster)
    assert found.loop is not None
    states, loop = replay(cluster, found.actions)[found.loop:], found.actions[found.loop:]
    assert None is wrong_with_loop(states, loop)
    assert "the loop does not come back to where it began" == wrong_with_loop(states[:-1], loop[:-1])
    crash = next(each for each in enabled(states[0]) if each.step == "Crash")
    assert f"{crash} is a step of a user or a fault" == wrong_with_loop(states, (crash, *loop[1:]))
    idle = wrong_with_loop((states[0], states[0]), ())
    assert idle is not None
    assert idle.endswith("could always move, and never does")
    rare = next(each for each in loop if any(each not in enabled(state) for state in states))
    shortened = tuple(each for each in loop if unit_in(each) != unit_in(rare))
    assert (f"{unit_in_words(unit_in(rare))} could move again and again, and never does"
            == wrong_with_loop(states, shortened, strong=True))


def test_one_painter_succeeds_in_spite_of_a_crash() -> None:
    """The negative control, with a fault; its restart is among what is needed, unless it has not yet begun."""
    _, _, answer = asked("red", crash=1)
    assert answer.core is not None
    assert (True, True) == (answer.holds, answer.complete)
    assert any("Restart" in str(each) for each in answer.core.assumptions)


def test_a_painter_of_another_colour_leaves_the_goal_lacking_at_rest() -> None:
    """Without a loop the counterexample ends where nothing can move."""
    cluster, graph, answer = asked("blue")
    assert answer.lasso is not None
    found = counterexample(graph, answer.lasso, RED, cluster)
    confirm(cluster, RED, found)
    assert (None, "ReplicaSet web is blue") == (found.loop, found.sentence)
    assert (f"nothing but users and faults can move after step {len(found.actions)}",) == answer.lasso.because


def test_the_words_of_an_obligation() -> None:
    """As a reader of the trace needs them."""
    unit = action_of("Sync/default/web")
    assert "p's Sync of default/web is taken at step 12" == str(Obligation(unit, taken=True, step=12))
    assert "p's Sync of default/web is not enabled after step 14" == str(Obligation(unit, taken=False, step=14))
    assert "at the start" == after(0)


def test_a_loop_owes_nothing_to_what_cannot_move_in_it() -> None:
    """The shortest loop is found where a larger one is fair too: D is enabled elsewhere only."""
    small = steps("A 0 1", "A 1 0", "B 1 2", "D 2 3", "C 3 0")
    graph = small.graph()
    answer = decide(graph, EventuallyAlways(graph.within()))
    assert answer.lasso is not None
    assert ((0, 1, 0), 2) == (answer.lasso.states, len(answer.lasso.fair_to))
