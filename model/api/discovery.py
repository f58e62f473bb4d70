"""EndpointSlices; mirrors staging/src/k8s.io/api/discovery/v1/types.go (release 1.36)."""

import attrs

from seatrial.model.api.meta import Json, ObjectMeta, Strings
from seatrial.model.api.wire import (
    many,
    one,
    optional,
    optional_flag,
    optional_number,
    strings,
    text,
    texts,
    unmodelled,
)


@attrs.frozen(cache_hash=True)
class ObjectReference:
    """The object that an endpoint stands for."""

    kind: str = text("kind")
    namespace: str = text("namespace")
    name: str = text("name")
    uid: str = text("uid")
    unmodelled: Json = unmodelled()


@attrs.frozen(cache_hash=True)
class EndpointConditions:
    """Whether an endpoint is ready, serving, terminating."""

    ready: bool | None = optional_flag("ready")
    serving: bool | None = optional_flag("serving")
    terminating: bool | None = optional_flag("terminating")


@attrs.frozen(cache_hash=True)
class ForName:
    """A zone or a node whose clients should use an endpoint."""

    name: str = text("name", keep=True)


@attrs.frozen(cache_hash=True)
class EndpointHints:
    """For whom an endpoint is meant; empty for everybody."""

    for_zones: tuple[ForName, ...] = many("forZones", ForName)
    for_nodes: tuple[ForName, ...] = many("forNodes", ForName)


@attrs.frozen(cache_hash=True)
class Endpoint:
    """One endpoint: its addresses, the pod behind it, where it runs."""

    addresses: tuple[str, ...] = texts("addresses")
    conditions: EndpointConditions = one("conditions", EndpointConditions, keep=True)
    hostname: str = text("hostname")
    target_ref: ObjectReference | None = optional("targetRef", ObjectReference)
    node_name: str = text("nodeName")
    zone: str = text("zone")
    deprecated_topology: Strings = strings("deprecatedTopology")
    hints: EndpointHints | None = optional("hints", EndpointHints)
    unmodelled: Json = unmodelled()


@attrs.frozen(cache_hash=True)
class EndpointPort:
    """A port of a slice."""

    name: str | None = text("name", keep=True)
    protocol: str = text("protocol")
    port: int | None = optional_number("port")
    app_protocol: str = text("appProtocol")


@attrs.frozen(cache_hash=True)
class EndpointSlice:
    """An EndpointSlice."""

    metadata: ObjectMeta = one("metadata", ObjectMeta, keep=True)
    address_type: str = text("addressType", keep=True)
    endpoints: tuple[Endpoint, ...] = many("endpoints", Endpoint, keep=True)
    ports: tuple[EndpointPort, ...] = many("ports", EndpointPort, keep=True)
