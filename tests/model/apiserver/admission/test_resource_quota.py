"""ResourceQuota: charged before the object is stored, refused when it would be exceeded."""

from typing import Any

import attrs
import pytest

from seatrial.model.api.core import (
    Container,
    ResourceQuota,
    ResourceQuotaSpec,
    ResourceQuotaStatus,
    ResourceRequirements,
    Service,
    ServicePort,
    ServiceSpec,
)
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.apiserver.pipeline import admit_validating
from seatrial.model.client.calls import Call
from seatrial.model.frozen import FrozenMap


def quota(used: dict[str, str], **hard: str) -> ResourceQuota:
    """A quota whose controller has counted; `_` in a name stands for a dot."""
    limits = FrozenMap({name.replace("_", "."): amount for name, amount in hard.items()})
    return ResourceQuota(ObjectMeta(name="q", namespace="default"), ResourceQuotaSpec(limits),
                         ResourceQuotaStatus(limits, FrozenMap(used)))


def asking(pod: Any, cpu: str) -> Any:
    """The pod with a request for cpu."""
    container = Container("c", image="i", resources=ResourceRequirements(requests=FrozenMap({"cpu": cpu})))
    return attrs.evolve(pod, spec=attrs.evolve(pod.spec, containers=(container,)))


def test_the_server_charges_the_quota_itself(serving: Any, pod: Any) -> None:
    """One write of the quota's status, then the pod; at the limit 403 and nothing more is charged."""
    server = serving(quota({"pods": "0"}, pods="1"))
    assert 201 == server.create("pods", pod("a")).code
    assert {"pods": "1"} == dict(server.get("resourcequotas", "default/q").status.used)
    reply = server.create("pods", pod("b"))
    assert (403, 'pods "b" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1') == (
        reply.code, reply.message)
    assert (None, 2) == (server.get("pods", "default/b"), server.revision("resourcequotas"))


def test_dropping_the_stage_exceeds_the_quota(serving: Any, pod: Any) -> None:
    """The negative control: without validating admission the pod gets in, and nothing is charged."""
    server = serving(quota({"pods": "1"}, pods="1"))
    assert 201 == server.ask_without(admit_validating, Call("create", "pods", "default/b", pod("b"))).code
    assert {"pods": "1"} == dict(server.get("resourcequotas", "default/q").status.used)


def test_a_create_that_fails_later_stays_charged(serving: Any, pod: Any) -> None:
    """The charge comes before the store says that the name is taken: the quota controller corrects it upstream."""
    server = serving(quota({"pods": "0"}, pods="5"))
    server.create("pods", pod())
    assert 409 == server.create("pods", pod()).code
    assert {"pods": "2"} == dict(server.get("resourcequotas", "default/q").status.used)


def test_requests_are_summed_in_the_recorded_words(serving: Any, pod: Any) -> None:
    """Exceeding cpu names what was asked, used and allowed; not stating it names the containers (recorded)."""
    server = serving(quota({"requests.cpu": "100m"}, requests_cpu="1"))
    exceeded = server.create("pods", asking(pod("big"), "950m"))
    assert ('pods "big" is forbidden: exceeded quota: q, requested: requests.cpu=950m, used: requests.cpu=100m, '
            "limited: requests.cpu=1") == exceeded.message
    unstated = server.create("pods", pod("p"))
    assert 'pods "p" is forbidden: failed quota: q: must specify requests.cpu for: c' == unstated.message
    assert 201 == server.create("pods", asking(pod("ok"), "900m")).code
    assert {"requests.cpu": "1"} == dict(server.get("resourcequotas", "default/q").status.used)


def test_a_quota_that_nobody_counted_refuses(serving: Any, pod: Any) -> None:
    """Without usage in its status a quota refuses what it names, since nobody knows what is used."""
    reply = serving(quota({}, pods="5")).create("pods", pod())
    assert 'pods "p" is forbidden: status unknown for quota: q, resources: pods' == reply.message


def test_a_quota_counts_in_its_namespace_only(serving: Any, pod: Any) -> None:
    """Pods of another namespace are neither charged nor refused."""
    server = serving(quota({"pods": "1"}, pods="1"), pod("there", namespace="other"))
    assert 201 == server.create("pods", pod(namespace="other")).code


@pytest.mark.parametrize("type_, code", [("ClusterIP", 201), ("NodePort", 403), ("LoadBalancer", 403)])
def test_node_ports_are_counted(serving: Any, type_: str, code: int) -> None:
    """A Service that needs node ports is refused where none are allowed."""
    server = serving(quota({"services.nodeports": "0"}, services_nodeports="0"))
    service = Service(ObjectMeta(name="web", namespace="default"),
                      ServiceSpec(type=type_, ports=(ServicePort(port=80),)))
    assert code == server.create("services", service).code
