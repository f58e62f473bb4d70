"""kubectl's verbs: what they ask, when they are offered, and what they spend."""

import pytest

from seatrial.model.api.meta import ObjectMeta
from seatrial.model.api.unstructured import Unstructured
from seatrial.model.cluster import Cluster, enabled, is_environment
from seatrial.model.frozen import FrozenMap
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import Apply, Cordon, Delete, Label, Scale, SetImage, Uncordon, UserAction, resource_of
from tests.model.node.clusters import offers, take
from tests.model.samples import make_deployment, make_namespace, make_node

KEY = ("deployments", "default/web")


def cluster_with(*users: UserAction, objects: tuple[object, ...] = (), budget: int = 1) -> Cluster:
    """A Deployment and a node, nobody to act on them, and these users."""
    held = objects or (make_namespace(), make_deployment(2), make_node())
    budgets = FrozenMap({user.verb: budget for user in users})
    return start(Scope((), held, users=users, budgets=budgets))


def user_steps(cluster: Cluster) -> list[str]:
    """What users may do now."""
    return [str(each) for each in enabled(cluster)]


def test_scale_changes_the_replicas_and_the_generation() -> None:
    """The scale subresource is patched: spec.replicas changes, nothing else of the spec."""
    cluster = cluster_with(Scale(*KEY, 5))
    before, after = cluster.get(*KEY), take(cluster, "Scale").get(*KEY)
    assert 5 == after.spec.replicas
    assert before.metadata.generation + 1 == after.metadata.generation
    assert before.spec.template == after.spec.template


def test_set_image_changes_the_template() -> None:
    """Only the named container's image changes."""
    after = take(cluster_with(SetImage(*KEY, "web", "web:2")), "SetImage").get(*KEY)
    assert ("web:2",) == tuple(each.image for each in after.spec.template.spec.containers)


@pytest.mark.parametrize("value, expected", [("gold", {"app": "web", "tier": "gold"}), (None, {"app": "web"})])
def test_label_sets_and_removes(value: str | None, expected: dict[str, str]) -> None:
    """A label is set, or taken away again."""
    first = cluster_with(Label(*KEY, "tier", "silver"), Label(*KEY, "tier", value), budget=2)
    second = take(take(first, "Label", choice="tier=silver"), "Label", choice="tier-" if value is None else "tier=gold")
    assert expected == dict(second.get(*KEY).metadata.labels)


def test_cordon_and_uncordon() -> None:
    """A cordoned node is unschedulable until it is uncordoned; each is offered only when it changes something."""
    cluster = cluster_with(Cordon("node-a"), Uncordon("node-a"))
    assert ["Cordon(kubectl, nodes/node-a)"] == user_steps(cluster)
    cordoned = take(cluster, "Cordon")
    assert cordoned.get("nodes", "node-a").spec.unschedulable
    assert ["Uncordon(kubectl, nodes/node-a)"] == user_steps(cordoned)
    assert not take(cordoned, "Uncordon").get("nodes", "node-a").spec.unschedulable


@pytest.mark.parametrize("policy, finalizers", [("Foreground", ("foregroundDeletion",)), ("Orphan", ("orphan",))])
def test_delete_marks_what_waits_for_dependents(policy: str, finalizers: tuple[str, ...]) -> None:
    """Foreground and Orphan leave the object to the garbage collector; Background (the default) removes it at once."""
    held = take(cluster_with(Delete(*KEY, policy)), "Delete")
    assert finalizers == held.get(*KEY).metadata.finalizers
    assert not offers(held, "Delete")
    assert take(cluster_with(Delete(*KEY)), "Delete").get(*KEY) is None


def test_apply_creates_then_merges_three_ways() -> None:
    """Apply creates; the next one changes what differs and removes what it no longer says; what others set stays."""
    first = make_deployment(2, labels=FrozenMap({"a": "1", "b": "1"}))
    second = make_deployment(3, "web:2", FrozenMap({"a": "2"}))
    users = (Apply(first), Label(*KEY, "c", "1"), Apply(second))
    cluster = take(cluster_with(*users, objects=(make_namespace(),), budget=2), "Apply", choice="manifest 1")
    cluster = take(take(cluster, "Label"), "Apply", choice="manifest 2")
    held = cluster.get(*KEY)
    assert {"a": "2", "c": "1"} == dict(held.metadata.labels)
    assert (3, "web:2") == (held.spec.replicas, held.spec.template.spec.containers[0].image)


def test_apply_of_what_is_there_is_not_offered() -> None:
    """The same manifest twice is one change; another one (control) is offered."""
    users = (Apply(make_deployment(2)), Apply(make_deployment(3)))
    cluster = take(cluster_with(*users, objects=(make_namespace(),), budget=2), "Apply", choice="manifest 1")
    assert ["Apply(kubectl, deployments/default/web, manifest 2)"] == user_steps(cluster)


def test_users_spend_their_budget_and_are_never_fair() -> None:
    """A verb is offered as often as its budget allows, and only for what the scope lists."""
    cluster = cluster_with(Scale(*KEY, 5), Scale(*KEY, 0))
    assert all(is_environment(each) for each in enabled(cluster))
    assert [f"Scale(kubectl, deployments/default/web, {count})" for count in (5, 0)] == user_steps(cluster)
    assert [] == user_steps(take(cluster, "Scale", choice="5"))


def test_nothing_is_asked_of_an_object_that_is_not_there() -> None:
    """Without the object only an apply has anything to do."""
    users = (Scale(*KEY, 5), SetImage(*KEY, "web", "x"), Label(*KEY, "a", "b"), Delete(*KEY), Cordon("node-a"),
             Apply(make_deployment()))
    assert ["Apply(kubectl, deployments/default/web, manifest 1)"] == user_steps(
        cluster_with(*users, objects=(make_namespace(),)))


def test_an_administrator_may_do_all_this() -> None:
    """With authorization on, none of the verbs is refused: each changes its object."""
    for user in (Scale(*KEY, 5), SetImage(*KEY, "web", "x"), Label(*KEY, "a", "b"), Delete(*KEY), Cordon("node-a")):
        cluster = cluster_with(user)
        (action,) = enabled(cluster)
        after = take(cluster, action.step)
        kind, _, key = action.key.partition("/")
        assert cluster.get(kind, key) != after.get(kind, key), action


def test_a_custom_resource_must_be_named() -> None:
    """The resource of a custom object cannot be guessed from its type."""
    widget = Unstructured(ObjectMeta(name="w", namespace="default"))
    with pytest.raises(ValueError, match="the resource of 'w' is not known from its type: name it"):
        resource_of(widget)
    assert ("widgets", "default/w") == Apply(widget, "widgets").target
