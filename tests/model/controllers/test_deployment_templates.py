"""Which ReplicaSet is the new one, how it is named, and what it is made of."""

import subprocess
import sys

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.apps import DeploymentStrategy
from seatrial.model.api.meta import get_controller_of
from seatrial.model.controllers.deployment_templates import (
    ALPHABET,
    POD_TEMPLATE_HASH,
    UnsupportedStrategyError,
    compute_hash,
    equal_ignore_hash,
    find_new_replica_set,
    find_old_replica_sets,
    get_new_replicas,
    make_new_replica_set,
    set_from_replica_set_template,
)
from seatrial.model.meta.labels import matches_selector
from tests.model.controllers.deployments import make_deployment, make_replica_set, make_template

IMAGES = st.sampled_from(("web:1", "web:2", "web:3"))
COLLISIONS = st.one_of(st.none(), st.integers(0, 2**31 - 1))


@given(IMAGES, IMAGES, COLLISIONS, COLLISIONS)
def test_the_hash_tells_templates_and_collisions_apart(one: str, two: str, here: int | None, there: int | None) -> None:
    """Equal template and count, equal hash; here no others clash."""
    first, second = compute_hash(make_template(one), here), compute_hash(make_template(two), there)
    assert ((one, here) == (two, there)) == (first == second)
    assert set(first) <= set(ALPHABET)


def test_the_hash_does_not_depend_on_the_hash_seed() -> None:
    """Two interpreters with different PYTHONHASHSEED compute the same hash."""
    code = ("from tests.model.controllers.deployments import make_template\n"
            "from seatrial.model.controllers.deployment_templates import compute_hash\n"
            "print(compute_hash(make_template(), 1))")
    said = [subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
                           capture_output=True, text=True, check=True).stdout.strip() for seed in ("1", "2")]
    assert [compute_hash(make_template(), 1)] * 2 == said


def test_the_new_replica_set_is_the_oldest_with_the_template() -> None:
    """Of two with the Deployment's template the older is the new one, and the other is an old one."""
    deployment = make_deployment(image="web:2")
    first = make_replica_set(deployment, "web:1", 1)
    second = make_replica_set(deployment, "web:2", 1)
    third = attrs.evolve(second, metadata=attrs.evolve(second.metadata, name="web-other", uid="other"))
    assert second == find_new_replica_set(deployment, (first, second, third))
    assert (first, third) == find_old_replica_sets(deployment, (first, second, third))
    assert find_new_replica_set(deployment, (first,)) is None


def test_a_new_replica_set_is_owned_and_selects_only_its_pods() -> None:
    """Name, labels, selector and template carry the hash; the Deployment controls it; it begins already scaled."""
    deployment = make_deployment(10, 3, 0, image="web:2")
    old = make_replica_set(deployment, "web:1", 10)
    made = make_new_replica_set(deployment, (old,), "abc")
    owner = get_controller_of(made.metadata)
    assert owner is not None
    assert ("web-abc", deployment.metadata.uid, 3) == (made.metadata.name, owner.uid, made.spec.replicas)
    assert "abc" == made.metadata.labels[POD_TEMPLATE_HASH]
    assert matches_selector(made.spec.selector, made.spec.template.metadata.labels)
    assert not matches_selector(made.spec.selector, old.spec.template.metadata.labels)
    assert equal_ignore_hash(made.spec.template, deployment.spec.template)


def test_recreate_makes_it_in_full_size() -> None:
    """Recreate knows no surge; an unknown strategy is refused."""
    deployment = make_deployment(10, recreate=True)
    assert 10 == get_new_replicas(deployment, (), 0)
    unknown = attrs.evolve(deployment, spec=attrs.evolve(deployment.spec, strategy=DeploymentStrategy("Odd")))
    with pytest.raises(UnsupportedStrategyError, match="deployment type Odd isn't supported"):
        get_new_replicas(unknown, (), 0)


def test_a_rollback_takes_the_template_without_the_hash() -> None:
    """What comes back is what the user once wrote."""
    deployment = make_deployment(image="web:2")
    old = make_replica_set(deployment, "web:1", 1)
    assert make_template("web:1") == set_from_replica_set_template(deployment, old.spec.template).spec.template
