"""The ServiceAccount controller: every active namespace has the ServiceAccount "default".

Mirrors pkg/controller/serviceaccount/serviceaccounts_controller.go (release 1.36). A namespace's events and the
deletion of any ServiceAccount queue the namespace; what is missing from the cache is created, one call each. Left
out: nothing that a request shows. The publisher of the ConfigMap kube-root-ca.crt is a loop of its own, and is left
out: nobody modelled reads that ConfigMap.
"""

from functools import partial

import attrs

from seatrial.model.api.core import ServiceAccount
from seatrial.model.api.meta import ObjectMeta, split_key
from seatrial.model.api.rbac import PolicyRule
from seatrial.model.client.calls import Call, Done, Reply
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.controllers.claims import say_errors


@attrs.frozen
class Creating:
    """The ServiceAccount in flight and those still to create, and what went wrong so far."""

    names: tuple[str, ...]
    errors: tuple[str, ...] = ()


def sync(names: tuple[str, ...], local: Local, key: str, choice: str) -> Call | Done:
    """Syncs one namespace: creates what its active namespace lacks (upstream: syncNamespace)."""
    del choice
    namespace = local.get("namespaces", key)
    if namespace is None or namespace.status.phase != "Active":
        return Done()
    missing = tuple(name for name in names if not local.has("serviceaccounts", f"{key}/{name}"))
    return create_next(key, Creating(missing))


def create_next(namespace: str, memo: Creating) -> Call | Done:
    """The next creation; after the last one, the errors."""
    if not memo.names:
        return Done(error=say_errors(memo.errors))
    body = ServiceAccount(ObjectMeta(name=memo.names[0], namespace=namespace))
    return Call("create", "serviceaccounts", f"{namespace}/{memo.names[0]}", body, memo=memo)


def resume(local: Local, key: str, memo: Creating, reply: Reply) -> Call | Done:
    """A name that is taken is as good as created; in a terminating namespace nothing is missing."""
    del local
    failed = not reply.ok and reply.reason != "AlreadyExists" and reply.cause != "NamespaceTerminating"
    errors = (*memo.errors, reply.message) if failed else memo.errors
    return create_next(key, Creating(memo.names[1:], errors))


def handle_namespace(local: Local, key: str, old: object, new: object) -> None:
    """A namespace that is there is synced."""
    del old
    if new is not None:
        local.enqueue(key)


def handle_serviceaccount(local: Local, key: str, old: object, new: object) -> None:
    """A ServiceAccount that is gone may have to come back."""
    del old
    if new is None:
        local.enqueue(split_key(key)[0])


def controller(names: tuple[str, ...] = ("default",)) -> Controller:
    """The controller that keeps ServiceAccounts of these names in each active namespace."""
    return Controller(
        "serviceaccount-controller",
        watches=(Watch("namespaces", handle_namespace), Watch("serviceaccounts", handle_serviceaccount)),
        sync=partial(sync, names),
        resume=resume,
        grants=(
            PolicyRule(("create",), ("",), ("serviceaccounts",)),
            PolicyRule(("create", "patch", "update"), ("", "events.k8s.io"), ("events",)),
        ),
        user="system:serviceaccount:kube-system:service-account-controller",
        binary="kube-controller-manager",
        workers=1,
    )


CONTROLLER = controller()
