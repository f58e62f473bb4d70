"""Every engine says the same of the same scopes: reference, explorer (reduced and not), walks, Hypothesis."""

import attrs
import pytest

from seatrial.model.cluster import Cluster
from seatrial.model.controllers.replicaset import CONTROLLER
from seatrial.model.start import start
from seatrial.model.variants import VARIANTS
from seatrial.model.variants.variant import Variant
from seatrial.properties.checking import reference
from seatrial.properties.checking.check import Options, check_cluster, select
from seatrial.properties.checking.explore.bounds import explorable
from seatrial.properties.checking.replay import judge, replay
from seatrial.properties.checking.verdict import BOUNDED, HOLDS, VIOLATED, Report
from seatrial.properties.checking.walk import Budget
from seatrial.properties.property import ALWAYS, SOMETIMES, Property
from seatrial.properties.registry import BY_NAME
from seatrial.traces.scopes import initial_of, with_variant
from tests.properties.checking.explore.test_reductions import SCOPES, SURPLUS, scope_of
from tests.properties.checking.scenarios import CONVERGE, FORGETFUL, PAINTED, RED, RUNS, fight, is_red, painter

AGREED = ("one pod", "two pods", "refused", "lost", "crash", "dropped watch", "expired watch", "scaled up", "scheduled",
          "whole")
BROKEN = {
    "forgetful": scope_of((FORGETFUL,)),
    "forgetful and scheduled": scope_of((FORGETFUL, "scheduler")),
    "scaled down": SCOPES["scaled down"],
}
LIVELY = ("one pod", "two pods", "refused", "lost", "crash", "dropped watch", "expired watch", "scaled up")
SEARCHED = Options(budget=Budget(steps=4_000), shorten=False)
ENGINES = {
    "explore": attrs.evolve(SEARCHED, engine="explore", budget=Budget()),
    "explore, plain": attrs.evolve(SEARCHED, engine="explore", reduction=False, budget=Budget()),
    "walk": attrs.evolve(SEARCHED, seed=7),
    "hypothesis": attrs.evolve(SEARCHED, engine="hypothesis", seed=7, budget=Budget(steps=1_000)),
}


def has_pods(cluster: Cluster) -> str | None:
    """There is a pod."""
    return "there is a pod" if cluster.objects("pods") else None


POPULATED = Property("populated", SOMETIMES, "a test", has_pods)
SAFE = attrs.evolve(SURPLUS, sibling="populated")


MANY = Budget(steps=40_000)


def reports(initial: Cluster, *properties: Property, examples: Budget | None = None) -> dict[str, Report]:
    """What each engine says, by its name; `examples` is how long Hypothesis may look where something is to be found."""
    engines = {**ENGINES, "hypothesis": attrs.evolve(
        ENGINES["hypothesis"], budget=examples or ENGINES["hypothesis"].budget)}
    return {name: check_cluster(initial, properties, options) for name, options in engines.items()}


def verdicts(found: dict[str, Report]) -> dict[str, str]:
    """The verdict of the first property, by engine."""
    return {name: report.verdicts[0].verdict for name, report in found.items()}


NOTHING_FOUND = {"explore": HOLDS, "explore, plain": HOLDS, "walk": BOUNDED, "hypothesis": BOUNDED}
FOUND = dict.fromkeys(ENGINES, VIOLATED)


@pytest.mark.parametrize("name", AGREED)
def test_engines_agree_where_nothing_is_wrong(name: str) -> None:
    """The two that exhaust a scope say HOLDS, as the reference does, the two that sample it BOUNDED."""
    initial = start(SCOPES[name])
    exhausted = reference.explore(initial, always=(SURPLUS.predicate,))
    assert (True, "") == (exhausted.complete, exhausted.violation)
    found = reports(initial, SAFE, POPULATED)
    assert verdicts(found) == NOTHING_FOUND
    plain = found["explore, plain"].statistics
    assert plain is not None
    assert exhausted.states == plain.states


@pytest.mark.parametrize("name", BROKEN)
def test_engines_agree_where_something_is(name: str) -> None:
    """Each finds it, and the unreduced explorer with as few steps as the reference."""
    initial = start(BROKEN[name])
    found = reports(initial, SAFE, POPULATED, examples=MANY)
    assert verdicts(found) == FOUND
    shortest = found["explore, plain"].verdicts[0].counterexample
    assert shortest is not None
    assert len(reference.explore(initial, always=(SURPLUS.predicate,)).trace) == len(shortest.actions)


@pytest.mark.parametrize("name", LIVELY)
def test_engines_agree_that_pods_come_and_stay(name: str) -> None:
    """Liveness too; the reference knows only rest, and at rest the goal is reached."""
    initial = start(SCOPES[name])
    found = reports(initial, CONVERGE, RUNS)
    assert verdicts(found) == NOTHING_FOUND
    assert not reference.explore(initial, quietly=(CONVERGE.predicate,)).violation


def fought(*colours: str) -> Cluster:
    """The first cluster of a fight of these painters; with few versions, as a walk too must see a state come back."""
    scope = fight(*(painter(each, each) for each in colours)).system.scope
    return start(explorable(attrs.evolve(scope, versions=4)))


def test_engines_agree_on_a_loop() -> None:
    """The two painters never agree; one alone does."""
    loop = fought("red", "blue")
    assert verdicts(reports(loop, RED, PAINTED)) == FOUND
    alone = fought("red")
    assert verdicts(reports(alone, RED, PAINTED)) == NOTHING_FOUND


AGAIN = attrs.evolve(RED, name="red_again", kind="always-eventually")
ANSWERED = Property("red_in_answer", "leads-to", "a test", is_red, premise=lambda cluster: (
    "painted blue" if is_red(cluster) == "the ReplicaSet is painted blue" else None))


@pytest.mark.parametrize("prop", [AGAIN, ANSWERED], ids=lambda each: each.name)
def test_engines_agree_on_what_comes_back(prop: Property) -> None:
    """Blue alone is never followed by red: each engine finds it, whichever way it is asked."""
    blue = fought("blue")
    properties = select(blue, (prop, PAINTED), asked=True)
    assert verdicts(reports(blue, *properties)) == FOUND


@pytest.mark.parametrize("prop", [AGAIN, ANSWERED], ids=lambda each: each.name)
def test_a_loop_that_comes_by_the_goal_is_none(prop: Property) -> None:
    """Red comes again and again: a walk finds nothing to report, and the explorer only that versions have no end."""
    loop = fought("red", "blue")
    properties = select(loop, (prop, PAINTED), asked=True)
    assert not [name for name, verdict in verdicts(reports(loop, *properties)).items() if verdict == VIOLATED]


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.id)
def test_the_explorer_finds_every_seeded_bug(variant: Variant) -> None:
    """In the variant's own scenario, made finite, with and without reductions; the run breaks the property replayed."""
    broken = BY_NAME[variant.breaks]
    initial = initial_of(explorable(with_variant(variant.scenario, variant.id)))
    properties = select(initial, (broken, BY_NAME[broken.sibling]), asked=True)
    for name in ("explore", "explore, plain"):
        (verdict,) = check_cluster(initial, properties, ENGINES[name]).verdicts
        found = verdict.counterexample
        assert (VIOLATED, False) == (verdict.verdict, found is None), (name, verdict.reason)
        assert found is not None
        assert found.sentence == judge(broken, replay(initial, found.actions), found)


def test_forgetting_is_what_is_found() -> None:
    """Negative control: the forgetful controller of these scopes differs from the real one by its syncs alone."""
    assert {"sync", "choices", "consistent"} == {
        field.name for field in attrs.fields(type(FORGETFUL))
        if getattr(FORGETFUL, field.name) != getattr(CONTROLLER, field.name)}
    assert ALWAYS == SAFE.kind
