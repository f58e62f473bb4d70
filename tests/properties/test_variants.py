"""The seeded bugs: each is found in its own scenario, and only there."""

import pytest

from seatrial.model.variants import VARIANTS
from seatrial.model.variants.variant import Variant
from seatrial.properties.checking.check import Options, check_cluster, select
from seatrial.properties.checking.replay import judge, replay
from seatrial.properties.checking.verdict import BOUNDED, VIOLATED
from seatrial.properties.checking.walk import Budget
from seatrial.properties.property import Property
from seatrial.properties.registry import BY_NAME
from seatrial.traces.scopes import initial_of, with_variant

MOST_STEPS = 20
STEPS = 20_000


def broken_by(variant: Variant) -> tuple[Property, ...]:
    """The property that a variant breaks, with its sibling."""
    broken = BY_NAME[variant.breaks]
    return broken, BY_NAME[broken.sibling]


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.id)
def test_the_bug_is_found(variant: Variant) -> None:
    """A walk finds it, the trace is short, and replayed through plain steps it breaks the same property."""
    initial = initial_of(with_variant(variant.scenario, variant.id))
    properties = select(initial, broken_by(variant), asked=True)
    report = check_cluster(initial, properties, Options(seed=7, budget=Budget(steps=STEPS)))
    (verdict,) = report.verdicts
    assert VIOLATED == verdict.verdict
    found = verdict.counterexample
    assert found is not None
    assert found.stem <= MOST_STEPS
    assert found.sentence == judge(properties[0], replay(initial, found.actions), found)


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.id)
def test_without_the_bug_its_scenario_is_clean(variant: Variant) -> None:
    """The same search of the same scenario without the bug finds nothing, and reaches the property's premise."""
    initial = initial_of(variant.scenario)
    properties = select(initial, broken_by(variant), asked=True)
    report = check_cluster(initial, properties, Options(seed=7, budget=Budget(steps=STEPS)))
    assert [BOUNDED] == [verdict.verdict for verdict in report.verdicts]
