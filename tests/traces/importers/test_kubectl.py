"""What users do, typed as at kubectl: each verb in its forms, and every slip of the pen refused with the way out."""

from pathlib import Path
from typing import Any

import attrs
import pytest

from seatrial.model.cluster import Cluster, enabled, is_environment
from seatrial.model.scope import Scope
from seatrial.model.start import start
from seatrial.model.users import (
    Apply,
    Cordon,
    Delete,
    Drain,
    Label,
    Recreate,
    Scale,
    SetImage,
    Uncordon,
    UserAction,
)
from seatrial.model.variants.scenarios import NAMESPACE, node, replicaset
from seatrial.traces.importers.kubectl import FORMS, CommandError, user_actions
from seatrial.traces.scopes import with_users
from tests.model.worlds import deployment

SCOPE = Scope(controllers=("deployment", "replicaset"),
              objects=(*NAMESPACE, node(), replicaset(1), deployment("shop", 1)))
KEY = "default/web"


def read(path: Path) -> tuple[Any, ...]:
    """A manifest of two objects."""
    assert "new.yaml" == str(path)
    return replicaset(3), deployment("shop", 2)


def said(text: str, scope: Scope = SCOPE) -> tuple[UserAction, ...]:
    """What a command means where this scope begins."""
    return user_actions(text, start(scope), read)


@pytest.mark.parametrize("text, expected", [
    ("scale rs/web --replicas=3", Scale("replicasets", KEY, 3)),
    ("kubectl scale --replicas 3 replicaset/web", Scale("replicasets", KEY, 3)),
    ("scale replicasets.apps/web 0 -n default", Scale("replicasets", KEY, 0)),
    ("set image deployment/shop web=web:2", SetImage("deployments", "default/shop", "web", "web:2")),
    ("set-image deploy/shop web=r.example.com/web@sha256:1=", SetImage(
        "deployments", "default/shop", "web", "r.example.com/web@sha256:1=")),
    ("label rs/web tier=front", Label("replicasets", KEY, "tier", "front")),
    ("label rs/web tier=", Label("replicasets", KEY, "tier", "")),
    ("label rs/web app-", Label("replicasets", KEY, "app", None)),
    ("cordon node-1", Cordon("node-1")), ("uncordon node/node-1", Uncordon("node-1")),
    ("drain node-1", Drain("node-1")),
    ("delete rs/web", Delete("replicasets", KEY)),
    ("delete rs/web --cascade=orphan", Delete("replicasets", KEY, "Orphan")),
    ("delete --cascade Foreground namespace/default", Delete("namespaces", "default", "Foreground"))])
def test_a_command_is_a_record(text: str, expected: UserAction) -> None:
    """Kinds in every spelling that kubectl takes, flags before or after, with or without "kubectl"."""
    assert (expected,) == said(text)


def test_a_manifest_is_applied_object_by_object() -> None:
    """In the order of the file."""
    assert (Apply(replicaset(3)), Apply(deployment("shop", 2))) == said("apply -f new.yaml")
    assert said("apply -f new.yaml") == said("apply --filename=new.yaml")


def test_what_is_recreated_has_no_identity_yet() -> None:
    """The server gives it another one."""
    found, = said("recreate rs/web --cascade=foreground")
    assert isinstance(found, Recreate)
    assert ("Foreground", "", None) == (
        found.propagation_policy, found.manifest.metadata.uid, found.manifest.metadata.resource_version)
    assert replicaset(1).spec == attrs.evolve(found.manifest.spec, template=replicaset(1).spec.template)


@pytest.mark.parametrize("text, words", [
    ("", "there is no verb ''"),
    ("frob rs/web", "there is no verb 'frob' here; what users can do: apply -f FILE; cordon"),
    ("scale 'rs/web 3", "No closing quotation: close the quotation"),
    ("scale rs/wob 3", "there is no default/wob when the run begins; replicasets there are: default/web; another name"),
    ("scale rs/web 3 -n shop", "there is no shop/web"), ("cordon node-9", "there is no node-9"),
    ("cordon", "name one node; the form is: cordon NODE"), ("scale rs/web", "say how many replicas"),
    ("scale rs/web many", "'many' is no number of replicas; the form is: scale KIND/NAME --replicas=N"),
    ("scale rs/web -1", "-1 is not known here"), ("scale ns/default 3", "namespaces have no scale"),
    ("scale rs web 3", "name the object as KIND/NAME"), ("delete thing/web", "there is no kind 'thing' here"),
    ("delete rs/web --cascade=no", "'no' is no way to cascade"), ("delete rs/web --force", "--force is not known here"),
    ("set image rs/web", "name the container and its new image"), ("set image ns/default a=b", "no template of pods"),
    ("set image rs/web app=web:2", "default/web has no container 'app'; it has web"),
    ("label rs/web", "say which label"), ("apply new.yaml", "give the manifest with -f"),
    ("apply -f", "give the manifest with -f")])
def test_a_slip_of_the_pen_is_refused(text: str, words: str) -> None:
    """In a sentence that names the word, and what to write instead."""
    with pytest.raises(CommandError) as refused:
        said(text)
    assert words in str(refused.value)


def test_what_is_there_at_rest_can_be_named() -> None:
    """A generated pod is there when the run begins at rest, not before."""
    with pytest.raises(CommandError, match="pods there are: none"):
        said("delete pod/web-bbbbb")
    assert (Delete("pods", "default/web-bbbbb"),) == said("delete pod/web-bbbbb", attrs.evolve(SCOPE, at_rest=True))


@pytest.mark.parametrize("verb", sorted(FORMS))
def test_what_is_said_can_be_done(verb: str) -> None:
    """Every verb makes an Action of the environment, and its budget allows it once for each time it was said."""
    texts = {"apply": "apply -f new.yaml", "cordon": "cordon node-1", "delete": "delete rs/web",
             "drain": "drain node-1", "label": "label rs/web a=b", "recreate": "recreate rs/web",
             "scale": "scale rs/web 2", "set-image": "set image rs/web web=web:2", "uncordon": "uncordon node-1"}
    scope = SCOPE
    if verb == "uncordon":
        held = node()
        scope = attrs.evolve(SCOPE, objects=(*NAMESPACE, attrs.evolve(
            held, spec=attrs.evolve(held.spec, unschedulable=True)), replicaset(1)))
    users = said(texts[verb], scope)
    scope = with_users(with_users(scope, users), users)
    assert 2 * len(users) == scope.budgets[verb]
    assert offered(start(scope))


def offered(cluster: Cluster) -> list[str]:
    """What users may do."""
    return [action.step for action in enabled(cluster) if is_environment(action)]
