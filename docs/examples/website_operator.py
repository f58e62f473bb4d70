"""An operator of about thirty lines: every Website gets one ReplicaSet. It has a bug, and `seatrial check` finds it.

The operator looks for its ReplicaSet in its cache, and creates one under a generated name when there is none. When the
answer to that create is lost, it tries again from a cache that does not show the first one yet: two ReplicaSets.
`SAFE` is the same operator with the repair: a name that the second attempt cannot take again.
"""

from typing import Any

import attrs

from seatrial.model.api.apps import ReplicaSet, ReplicaSetSpec
from seatrial.model.api.core import Container, PodSpec, PodTemplateSpec
from seatrial.model.api.meta import LabelSelector, ObjectMeta, OwnerReference, TemplateMeta, key_of
from seatrial.model.api.rbac import PolicyRule
from seatrial.model.client.calls import Call, Done
from seatrial.model.client.controller import Controller, Watch
from seatrial.model.client.local import Local
from seatrial.model.cluster import Cluster
from seatrial.model.frozen import FrozenMap
from seatrial.properties.property import ALWAYS, SOMETIMES, Property


def is_owned_by(each: ReplicaSet, site: Any) -> bool:  # noqa: ANN401 -- a custom resource has no type of its own
    """Does this ReplicaSet belong to this very Website?"""
    return any(owner.uid == site.metadata.uid for owner in each.metadata.owner_references)


def replicaset_of(site: Any) -> ReplicaSet:  # noqa: ANN401 -- the same
    """The ReplicaSet that a Website asks for, under a generated name."""
    labels = FrozenMap({"website": site.metadata.name})
    owner = OwnerReference("example.com/v1", "Website", site.metadata.name, site.metadata.uid, controller=True)
    meta = ObjectMeta(generate_name=f"{site.metadata.name}-", labels=labels, owner_references=(owner,))
    pod = PodSpec(containers=(Container("web", image=site.unmodelled["spec"]["image"]),))
    template = PodTemplateSpec(TemplateMeta(labels), pod)
    return ReplicaSet(meta, ReplicaSetSpec(replicas=1, selector=LabelSelector(labels), template=template))


def sync(local: Local, key: str, _choice: str) -> Call | Done:
    """Creates the ReplicaSet of a Website that has none: the bug is that the cache may not show it yet."""
    site = local.get("websites", key)
    namespace = key.partition("/")[0]
    if site is None or any(is_owned_by(each, site) for each in local.list("replicasets", namespace)):
        return Done()
    return Call("create", "replicasets", f"{namespace}/", replicaset_of(site))


def sync_by_name(local: Local, key: str, choice: str) -> Call | Done:
    """The repair: the ReplicaSet has the Website's name, so that a second create is answered 409."""
    call = sync(local, key, choice)
    if isinstance(call, Done):
        return call
    meta = attrs.evolve(call.body.metadata, generate_name="", name=key.partition("/")[2])
    return attrs.evolve(call, key=key, body=attrs.evolve(call.body, metadata=meta))


def enqueue_owner(local: Local, key: str, old: ReplicaSet | None, new: ReplicaSet | None) -> None:
    """What happens to a ReplicaSet concerns the Website that owns it."""
    for owner in (new or old or ReplicaSet(ObjectMeta())).metadata.owner_references:
        if owner.kind == "Website":
            local.enqueue(f"{key.partition('/')[0]}/{owner.name}")


CONTROLLER = Controller(
    "website-operator", watches=(Watch("websites"), Watch("replicasets", enqueue_owner)), sync=sync,
    grants=(PolicyRule(("get", "list", "watch"), ("example.com",), ("websites",)),
            PolicyRule(("create", "list", "watch"), ("apps",), ("replicasets",))))
SAFE = attrs.evolve(CONTROLLER, sync=sync_by_name)


def one_replicaset_per_website(cluster: Cluster) -> str | None:
    """No Website has two ReplicaSets."""
    for site in cluster.objects("websites"):
        mine = [each.metadata.name for each in cluster.objects("replicasets") if is_owned_by(each, site)]
        if len(mine) > 1:
            return f"Website {key_of(site.metadata)} has {len(mine)} ReplicaSets: {', '.join(mine)}"
    return None


def some_website_has_a_replicaset(cluster: Cluster) -> str | None:
    """The premise: without a ReplicaSet there cannot be two."""
    names = [each.metadata.name for each in cluster.objects("replicasets")]
    return f"ReplicaSet {names[0]} is there" if names else None


PROPERTIES = (
    Property("one_replicaset_per_website", ALWAYS, "two ReplicaSets cost twice, and may serve two versions",
             one_replicaset_per_website, sibling="some_website_has_a_replicaset"),
    Property("some_website_has_a_replicaset", SOMETIMES, "the premise of one too many", some_website_has_a_replicaset),
)
