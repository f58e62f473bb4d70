"""One check: the properties that apply, by an engine, with the scope said."""

import attrs
import pytest

from seatrial.model.frozen import FrozenMap
from seatrial.model.start import start
from seatrial.model.users import Delete, Scale
from seatrial.properties.checking.check import ENGINES, Options, check_cluster, describe_scope, select
from seatrial.properties.checking.explore.bounds import explorable
from seatrial.properties.checking.walk import Budget
from seatrial.properties.registry import PROPERTIES
from tests.properties.checking.scenarios import (
    COMPLETE,
    CONVERGE,
    EXCEEDED,
    FORGETFUL,
    KEY,
    RUNS,
    cluster_with,
    scope_with,
)

SMALL = Budget(steps=1500, walk_length=60)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_engines_agree(engine: str) -> None:
    """The forgetful controller is violated, the real one is not, whichever engine looks."""
    clean = "HOLDS" if engine == "explore" else "BOUNDED"
    for controller, verdict in ((FORGETFUL, "VIOLATED"), ("replicaset", clean)):
        options = Options(engine, 0, Budget(steps=4000, walk_length=60))
        report = check_cluster(start(explorable(scope_with(controller))), (EXCEEDED, COMPLETE), options)
        assert [("no_surplus", verdict, "always")] == [
            (each.property, each.verdict, each.kind) for each in report.verdicts]
        assert (engine, int(verdict == "VIOLATED")) == (report.engine, report.exit_code)


def test_what_is_found_is_shortened_if_asked() -> None:
    """Shorter or as short, with the same sentence as its reason."""
    def stem(*, shorten: bool) -> int:
        options = Options("walk", 2, SMALL, shorten=shorten)
        report = check_cluster(cluster_with(FORGETFUL, refused=2, crash=2), (EXCEEDED, COMPLETE), options)
        found = report.verdicts[0].counterexample
        assert found is not None
        assert found.sentence == report.verdicts[0].reason
        return found.stem

    assert stem(shorten=True) <= stem(shorten=False)


def test_properties_that_a_real_cluster_breaks_are_left_out_unless_asked() -> None:
    """A lost create makes a surplus pod; with such a budget the property is only checked by name."""
    calm, stormy = cluster_with("replicaset"), cluster_with("replicaset", **{"lost-create": 1})
    both = (EXCEEDED, COMPLETE)
    assert both == select(calm, both, asked=False)
    assert () == select(stormy, both, asked=False)
    assert both == select(stormy, both, asked=True)


def test_only_properties_of_processes_that_run_are_asked() -> None:
    """Each with its sibling, and no sibling without one."""
    chosen = select(cluster_with("replicaset"), PROPERTIES, asked=False)
    names = {each.name for each in chosen}
    assert {"replicas_converge", "some_pod_runs"} <= names
    assert "deployment_replicas_converge" not in names
    assert {each.name for each in chosen if each.kind == "sometimes"} == {
        each.sibling for each in chosen if each.kind != "sometimes"} - {""}


def test_the_scope_is_said() -> None:
    """Which processes, faults, and assumptions about time."""
    scope = attrs.evolve(scope_with("replicaset", refused=2), hypotheses=("lag_below_expectation_ttl",), variant="B02",
                         gates=FrozenMap({"StaleControllerConsistencyReplicaSet": False}))
    said = "\n".join(describe_scope(start(scope)))
    for words in ("replicaset-controller", "refused 2", "any armed timer may fire at any step",
                  "lag_below_expectation_ttl", "StaleControllerConsistencyReplicaSet=off", "B02"):
        assert words in said
    assert "only Advance moves the clock" in "\n".join(describe_scope(start(attrs.evolve(scope, timed=True))))


def test_a_beginning_at_rest_and_what_users_may_do_are_said() -> None:
    """Users who have no budget do nothing, and are not mentioned."""
    users = (Scale("replicasets", KEY, 2), Delete("replicasets", KEY))
    scope = attrs.evolve(scope_with("replicaset"), at_rest=True, users=users, budgets=FrozenMap({"scale": 1}))
    said = describe_scope(start(scope))
    assert "begins: at rest, where only users and faults can move" == said[0]
    assert "users may: scale replicasets/default/web 2" in said
    assert not any("begins" in line or "users may" in line for line in describe_scope(start(scope_with("replicaset"))))


def test_the_sightings_are_reported() -> None:
    """What the run has reached is part of what it may say."""
    report = check_cluster(cluster_with("replicaset"), (CONVERGE, RUNS), Options(budget=SMALL))
    assert ("runs",) == report.seen
    assert report.steps >= 1500
