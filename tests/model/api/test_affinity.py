"""Affinity to other pods and spread constraints, to and from JSON."""

from typing import Any

import pytest

from seatrial.model.api.affinity import Affinity, PodAffinityTerm, TopologySpreadConstraint
from seatrial.model.api.meta import LabelSelector
from seatrial.model.api.wire import DecodeError, from_json, to_json

TERM: dict[str, Any] = {
    "labelSelector": {"matchExpressions": [{"key": "app", "operator": "In", "values": ["blue"]}]},
    "matchLabelKeys": ["pod-template-hash"], "mismatchLabelKeys": ["tenant"], "namespaceSelector": {},
    "namespaces": ["a", "b"], "topologyKey": "zone",
}


def test_nothing_is_lost() -> None:
    """A tree with every field comes back as it was; so does one with nothing but what Go always writes."""
    required, preferred = ("requiredDuringSchedulingIgnoredDuringExecution",
                           "preferredDuringSchedulingIgnoredDuringExecution")
    terms: dict[str, Any] = {required: [TERM, {"topologyKey": ""}],
                             preferred: [{"podAffinityTerm": TERM, "weight": 1}]}
    affinity: dict[str, Any] = {"nodeAffinity": {}, "podAffinity": terms, "podAntiAffinity": {required: [TERM]}}
    assert affinity == to_json(from_json(Affinity, affinity))
    assert {"podAffinity": {}} == to_json(from_json(Affinity, {"podAffinity": {}}))
    constraint = {
        "labelSelector": {}, "matchLabelKeys": ["x"], "maxSkew": 1, "minDomains": 2, "nodeAffinityPolicy": "Honor",
        "nodeTaintsPolicy": "Ignore", "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule",
    }
    assert constraint == to_json(from_json(TopologySpreadConstraint, constraint))
    least = {"maxSkew": 0, "topologyKey": "", "whenUnsatisfiable": ""}
    assert least == to_json(TopologySpreadConstraint())


def test_no_selector_is_not_an_empty_one() -> None:
    """One selects nothing, the other everything."""
    assert from_json(PodAffinityTerm, {"labelSelector": None}).label_selector is None
    assert LabelSelector() == from_json(PodAffinityTerm, {"labelSelector": {}}).label_selector


def test_a_wrong_type_is_named() -> None:
    """The message says where, what was expected and what was found."""
    with pytest.raises(DecodeError, match=r"podAffinity.requiredDuring.*\[0\].topologyKey: expected a string, found 5"):
        from_json(Affinity, {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": 5}]}})
