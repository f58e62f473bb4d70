"""A request on its way through the API server, and what each stage may add to it.

Mirrors the attributes that authorizers and admission plugins see upstream (staging/src/k8s.io/apiserver/pkg:
authorization/authorizer and admission, release 1.36).
"""

from typing import Any

import attrs

from seatrial.model.api.meta import split_key
from seatrial.model.api.registry import Kind, kind_of
from seatrial.model.client.calls import Call
from seatrial.model.evolve import evolve

CREATE, UPDATE, DELETE, NONE = "CREATE", "UPDATE", "DELETE", ""
OPERATIONS = {"create": CREATE, "update": UPDATE, "patch": UPDATE, "delete": DELETE, "deletecollection": DELETE}


@attrs.frozen
class Request:
    """Who asks (a credential at first, once authenticated a user with groups), for what, and with what effect.

    `operation` is CREATE, UPDATE, DELETE, or "" for a read; `namespace` and `name` are those asked about ("" for a
    cluster-scoped resource, and for lists and generated names). `old` is the stored object (of a subresource: the
    object it belongs to), `new` what the client sent, as the stages so far have made it. `groups` are those of the
    credential until authentication.
    """

    user: str
    groups: tuple[str, ...]
    call: Call
    kind: Kind
    operation: str
    namespace: str
    name: str
    old: Any = None
    new: Any = None

    @property
    def shown_name(self) -> str:
        """The name that admission's messages show: before it is generated, what it will begin with."""
        if self.name:
            return self.name
        meta = getattr(self.new, "metadata", None)
        return (meta.name or meta.generate_name or "Unknown") if meta is not None else "Unknown"

    def with_new(self, new: Any) -> "Request":  # noqa: ANN401 -- each resource has a type of its own
        """The request as if the client had sent this object."""
        if new is self.new:
            return self
        return evolve(self, new=new)


def request_of(user: str, groups: tuple[str, ...], call: Call) -> Request:
    """The request as it arrives."""
    namespace, name = split_key(call.key)
    return Request(user, groups, call, kind_of(call.resource), OPERATIONS.get(call.verb, NONE), namespace, name)
