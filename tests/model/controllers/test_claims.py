"""Adoption and release: one call at a time, after one live look at the owner."""

import attrs

from seatrial.model.api.apps import ReplicaSet
from seatrial.model.api.core import Pod
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.api.registry import kind_of
from seatrial.model.client.calls import Call, Reply
from seatrial.model.controllers.claims import (
    Claims,
    after_claim,
    begin_claims,
    controller_reference,
    next_claim,
    say_errors,
)
from seatrial.model.frozen import FrozenMap, thaw
from seatrial.model.variants.scenarios import replicaset

KIND = kind_of("replicasets")
OWNER = replicaset(1)
OWNER = attrs.evolve(OWNER, metadata=attrs.evolve(OWNER.metadata, uid="mine"))
OTHER = attrs.evolve(OWNER, metadata=attrs.evolve(OWNER.metadata, uid="another"))
NOT_FOUND = Reply(404, reason="NotFound", message="gone")
INVALID = Reply(422, reason="Invalid", message="another uid")


def pod(name: str, *, owner: ReplicaSet | None = None, app: str = "web", dying: bool = False) -> Pod:
    """A pod with this label and controller."""
    owners = (controller_reference(owner, KIND),) if owner else ()
    return Pod(ObjectMeta(name=name, namespace="default", uid=f"uid-{name}", labels=FrozenMap({"app": app}),
                          owner_references=owners, deletion_timestamp=5 if dying else None))


def matches(each: Pod) -> bool:
    """The owner's selector."""
    return bool(each.metadata.labels.get("app") == "web")


def names(pods: tuple[Pod, ...]) -> list[str]:
    """Their names."""
    return [each.metadata.name for each in pods]


def test_candidates_are_claimed_to_be_claimed_or_ignored() -> None:
    """Owned and matching: claimed. Owned, not matching: released. Orphans that match: adopted. The rest: ignored."""
    found = begin_claims(OWNER, matches, [
        pod("kept", owner=OWNER), pod("release", owner=OWNER, app="x"), pod("adopt"), pod("stranger", app="x"),
        pod("foreign", owner=OTHER), pod("dying", dying=True)])
    assert (["kept"], ["release", "adopt"]) == (names(found.claimed), names(found.todo))


def test_a_dying_owner_claims_nothing_new_and_releases_nothing() -> None:
    """It keeps what matches."""
    dying = attrs.evolve(OWNER, metadata=attrs.evolve(OWNER.metadata, deletion_timestamp=5))
    found = begin_claims(dying, matches, [pod("kept", owner=OWNER), pod("release", owner=OWNER, app="x"), pod("adopt")])
    assert (["kept"], []) == (names(found.claimed), names(found.todo))


def test_the_owner_is_read_live_once_before_the_first_adoption() -> None:
    """Then each orphan gets one patch that names the owner and the orphan's UID."""
    claims = begin_claims(OWNER, matches, [pod("a"), pod("b")])
    claims, call = next_claim(claims, OWNER, KIND, "pods")
    assert Call("get", "replicasets", "default/web") == call
    claims = after_claim(claims, OWNER, KIND, Call("get", "", ""), Reply(200, OWNER))
    for name in ("a", "b"):
        claims, call = next_claim(claims, OWNER, KIND, "pods")
        assert call is not None
        tree = thaw(call.body.tree)["metadata"]
        assert ("patch", f"default/{name}", f"uid-{name}") == (call.verb, call.key, tree["uid"])
        assert ("mine", True, True) == tuple(
            tree["ownerReferences"][0][field] for field in ("uid", "controller", "blockOwnerDeletion"))
        claims = after_claim(claims, OWNER, KIND, call, Reply(200, pod(name)))
    assert (["a", "b"], None) == (names(claims.claimed), next_claim(claims, OWNER, KIND, "pods")[1])


def test_nothing_is_adopted_by_an_owner_that_is_gone_dying_or_another() -> None:
    """Each orphan then is an error, and no call is made."""
    dying = attrs.evolve(OWNER, metadata=attrs.evolve(OWNER.metadata, deletion_timestamp=5))
    for reply, words in ((NOT_FOUND, "can't recheck DeletionTimestamp: gone"),
                         (Reply(200, OTHER), "original ReplicaSet default/web is gone: got uid another, wanted mine"),
                         (Reply(200, dying), "default/web has just been deleted at 1970-01-01 00:00:05 +0000 UTC")):
        claims = begin_claims(OWNER, matches, [pod("a"), pod("b")])
        claims = after_claim(claims, OWNER, KIND, Call("get", "", ""), reply)
        claims, call = next_claim(claims, OWNER, KIND, "pods")
        assert (None, 2) == (call, len(claims.errors))
        assert words in claims.errors[0]


def test_a_release_needs_no_look_at_the_owner() -> None:
    """Its patch takes away the reference with the owner's UID; a pod that is gone or another's is no error."""
    for reply in (Reply(200, None), NOT_FOUND, INVALID):
        claims, call = next_claim(begin_claims(OWNER, matches, [pod("r", owner=OWNER, app="x")]), OWNER, KIND, "pods")
        assert call is not None
        assert [{"$patch": "delete", "uid": "mine"}] == thaw(call.body.tree)["metadata"]["ownerReferences"]
        assert Claims() == after_claim(claims, OWNER, KIND, call, reply)


def test_an_adoption_that_fails_is_an_error_unless_the_pod_is_gone() -> None:
    """A 404 is ignored; a 422, which a release ignores, is not."""
    claims = attrs.evolve(begin_claims(OWNER, matches, [pod("a")]), verdict="")
    _, call = next_claim(claims, OWNER, KIND, "pods")
    assert call is not None
    assert () == after_claim(claims, OWNER, KIND, call, NOT_FOUND).errors
    failed = after_claim(claims, OWNER, KIND, call, INVALID)
    assert (("another uid",), ()) == (failed.errors, failed.claimed)


def test_errors_are_said_in_order() -> None:
    """Sorted, so that the text does not depend on the order of the cache."""
    assert "a; b; b" == say_errors(("b", "a", "b"))
