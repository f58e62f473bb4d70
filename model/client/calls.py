"""What a client asks of the API server, what it is told, and what its sync decides.

A plan is a continuation: `Call` says what to ask next and carries, in `memo`, all that will be remembered when the
reply arrives; `Done` ends it. Mirrors client-go's typed clients and the return value of a controller's sync handler
(staging/src/k8s.io/client-go, release 1.36). A watch is not a call: see `seatrial.model.client.informer`.
"""

from typing import Any

import attrs


@attrs.frozen(cache_hash=True)
class DeleteOptions:
    """Grace in seconds, propagation policy, and the preconditions under which to delete."""

    grace_period_seconds: int | None = None
    propagation_policy: str = ""
    uid: str = ""
    resource_version: int | None = None


@attrs.frozen(cache_hash=True)
class ContinueToken:
    """Where a list in pages goes on: after this key, at this version; None: at whatever the version is then.

    Upstream hides both in an opaque text; clients pass it back as it came.
    """

    version: int | None
    after: str


EXACT, NOT_OLDER_THAN = "Exact", "NotOlderThan"


@attrs.frozen(cache_hash=True)
class ListOptions:
    """What a get, list or watch may say, as the body of its call: of which version, and how much at a time.

    A `resource_version` of None asks for the newest, of 0 for any. `limit` 0 is no limit. Selectors are left out: no
    modelled client sends one with a live list.
    """

    resource_version: int | None = None
    resource_version_match: str = ""
    limit: int = 0
    continue_token: ContinueToken | None = None


@attrs.frozen(cache_hash=True)
class ObjectList:
    """The answer to a list with options: the objects, their version, where it goes on, how many are left.

    A list without options is answered with the objects alone: who sends none does not look at the rest, and what
    nobody looks at shall not tell two states apart.
    """

    items: tuple[Any, ...]
    resource_version: int
    continue_token: ContinueToken | None = None
    remaining: int = 0


@attrs.frozen(cache_hash=True)
class Patch:
    """A patch: its type ("merge", "strategic", "json" or "apply") and its frozen JSON tree."""

    type: str
    tree: Any


@attrs.frozen(cache_hash=True)
class StatusPatch:
    """A strategic merge patch of a status, typed: the fields that change, and conditions merged by their type.

    It is for the object of this UID only; upstream sends the UID along, and is answered 422 when it is another's.
    """

    uid: str
    fields: tuple[tuple[str, Any], ...]
    conditions: tuple[Any, ...] = ()


def status_patch(uid: str, old: Any, new: Any) -> StatusPatch:  # noqa: ANN401 -- any status
    """The patch that turns one status into another, except that no condition is ever taken away."""
    names = [each.name for each in attrs.fields(type(new)) if getattr(old, each.name) != getattr(new, each.name)]
    conditions = tuple(each for each in new.conditions if each not in old.conditions) if "conditions" in names else ()
    return StatusPatch(uid, tuple((name, getattr(new, name)) for name in names if name != "conditions"), conditions)


@attrs.frozen(cache_hash=True)
class Call:
    """One request: verb, resource, key "namespace/name" ("namespace/" for a generated name), body and options.

    `remote` names whom it asks when it is not the API server: such a call passes no pipeline and has a step of its own.
    `heeds_body`: will `resume` look at the object in the answer? What it will not look at is not remembered meanwhile.
    """

    verb: str
    resource: str
    key: str
    body: Any = None
    subresource: str = ""
    options: DeleteOptions = DeleteOptions()
    memo: Any = None
    remote: str = ""
    heeds_body: bool = True


@attrs.frozen(cache_hash=True)
class Done:
    """The plan is over.

    `error` is what upstream's sync returns: the key is queued again, with the rate limiter's delay; `requeue` asks
    for that without an error, `after` for a delay in seconds.
    """

    error: str = ""
    requeue: bool = False
    after: int | None = None


@attrs.frozen(cache_hash=True)
class Reply:
    """What the client learns: HTTP code, reason, message and first cause of a Status, or the object."""

    code: int
    body: Any = None
    reason: str = ""
    message: str = ""
    cause: str = ""

    @property
    def ok(self) -> bool:
        """Did the call succeed, as far as the client can know?"""
        return 200 <= self.code < 300

    def is_reason(self, *reasons: str) -> bool:
        """Is it a failure for one of these reasons (NotFound, Conflict, AlreadyExists, …)?"""
        return not self.ok and self.reason in reasons


@attrs.frozen(cache_hash=True)
class Waiting:
    """A plan whose request has not reached the API server."""

    call: Call


@attrs.frozen(cache_hash=True)
class Answered:
    """A plan whose reply has not reached the client; of the call, its body is forgotten."""

    call: Call
    reply: Reply


@attrs.frozen(cache_hash=True)
class Happening:
    """A Kubernetes Event: fire and forget, it leaves no trace in the state."""

    component: str
    involved: str
    type: str
    reason: str
    message: str


TIMEOUT = Reply(504, reason="Timeout", message="the request timed out: it may or may not have been applied")
UNAVAILABLE = Reply(503, reason="ServiceUnavailable", message="the request was refused: it was not applied")
WRITES = ("create", "update", "patch", "delete", "deletecollection")
