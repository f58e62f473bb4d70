"""An operator of about thirty lines: every Website gets one ReplicaSet. It has a bug; `seatrial check` finds it.

The operator looks for its ReplicaSet in its cache and creates one, under a generated name, when there is none. If the
answer to that create is lost, it tries again from a cache that does not show the first one yet: two ReplicaSets.
"""

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


def sync(local: Local, key: str, choice: str) -> Call | Done:
    """Creates the ReplicaSet of a Website that has none."""
    site = local.get("websites", key)
    if site is None or any(owner.uid == site.metadata.uid for each in local.list("replicasets", site.metadata.namespace)
                           for owner in each.metadata.owner_references):
        return Done()
    labels = FrozenMap({"website": site.metadata.name})
    owner = OwnerReference("example.com/v1", "Website", site.metadata.name, site.metadata.uid, controller=True)
    meta = ObjectMeta(generate_name=f"{site.metadata.name}-", labels=labels, owner_references=(owner,))
    pod = PodSpec(containers=(Container("web", image=site.unmodelled["spec"]["image"]),))
    spec = ReplicaSetSpec(1, selector=LabelSelector(labels), template=PodTemplateSpec(TemplateMeta(labels), pod))
    return Call("create", "replicasets", f"{site.metadata.namespace}/", ReplicaSet(meta, spec))


CONTROLLER = Controller(
    "website", watches=(Watch("websites"), Watch("replicasets", lambda local, key, old, new: None)), sync=sync,
    grants=(PolicyRule(("get", "list", "watch"), ("example.com",), ("websites",)),
            PolicyRule(("create", "list", "watch"), ("apps",), ("replicasets",))))


def one_replicaset_per_website(cluster: Cluster) -> str | None:
    """No Website has two."""
    for site in cluster.objects("websites"):
        mine = [each.metadata.name for each in cluster.objects("replicasets")
                if any(owner.uid == site.metadata.uid for owner in each.metadata.owner_references)]
        if len(mine) > 1:
            return f"Website {key_of(site.metadata)} has {len(mine)} ReplicaSets: {', '.join(mine)}"
    return None


PROPERTIES = (
    Property("one_replicaset_per_website", ALWAYS, "two ReplicaSets cost twice and answer with two versions",
             one_replicaset_per_website, sibling="some_website_has_a_replicaset"),
    Property("some_website_has_a_replicaset", SOMETIMES, "the premise", lambda cluster: next(
        (each.metadata.name for each in cluster.objects("replicasets")), None)),
)
