"""What a type keeps without modelling it has the JSON type of its field."""

from typing import Any

import pytest

from seatrial.model.api.core import ConfigMap, PodSpec, ResourceQuota
from seatrial.model.api.untyped import canonical_quantity, struct_of
from seatrial.model.api.wire import DecodeError, from_json


@pytest.mark.parametrize(
    "kind, tree, path",
    [(ConfigMap, {"data": {"a": {"b": "c"}}}, "data[a]"), (ConfigMap, {"data": "text"}, "data"),
     (ConfigMap, {"binaryData": {"a": "not base64"}}, "binaryData[a]"), (ConfigMap, {"immutable": "yes"}, "immutable"),
     (ResourceQuota, {"spec": {"scopeSelector": {"matchExpressions": [{"operator": 1}]}}},
      "spec.scopeSelector.matchExpressions[0].operator"),
     (ResourceQuota, {"spec": {"scopeSelector": {"matchExpressions": [{"values": [128]}]}}},
      "spec.scopeSelector.matchExpressions[0].values[0]"),
     (ResourceQuota, {"spec": {"hard": {"pods": "ten"}}}, "spec.hard[pods]"),
     (PodSpec, {"dnsPolicy": 3}, "dnsPolicy"), (PodSpec, {"volumes": {"name": "v"}}, "volumes"),
     (PodSpec, {"volumes": ["v"]}, "volumes[0]"),
     (PodSpec, {"volumes": [{"emptyDir": {"sizeLimit": "much"}}]}, "volumes[0].emptyDir.sizeLimit"),
     (PodSpec, {"securityContext": {"runAsUser": 2**63}}, "securityContext.runAsUser"),
     (PodSpec, {"volumes": [{"secret": {"defaultMode": 2**31}}]}, "volumes[0].secret.defaultMode")],
)
def test_a_field_that_is_not_modelled_has_its_type_all_the_same(kind: type[Any], tree: Any, path: str) -> None:
    """Go reads the whole object: a misfit anywhere refuses it, and the error says where."""
    with pytest.raises(DecodeError) as caught:
        from_json(kind, tree)
    assert path == caught.value.path


@pytest.mark.parametrize(
    "kind, tree",
    [(ConfigMap, {"data": {"a": "b", "c": None}, "binaryData": {"bin": "AAEC"}}),
     (PodSpec, {"noSuchField": 1, "volumes": [None, {"emptyDir": {"sizeLimit": 5}}]}),
     (PodSpec, {"overhead": {"cpu": "1"}, "volumes": [{"secret": {"defaultMode": 420.0}}]})],
)
def test_what_go_reads_is_read(kind: type[Any], tree: Any) -> None:
    """Nulls, whole floats and fields that a struct does not have refuse nothing."""
    assert from_json(kind, tree) is not None


@pytest.mark.parametrize(
    "given, expected",
    [("1000m", "1"), (70000, "70k"), ("0.5m", "1m"), ("1500Mi", "1500Mi"), ("1024Mi", "1Gi"), (True, ""), ("x", "")],
)
def test_quantities_are_printed_as_go_prints_them(given: object, expected: str) -> None:
    """The canonical text, whatever was written, rounded up to thousandths."""
    assert expected == canonical_quantity(given)


def test_types_are_found_in_the_tables_by_name() -> None:
    """A class is named as Go's struct is; the model's own helper types are in no table."""
    assert ("ConfigMap", "") == (struct_of(ConfigMap), struct_of(DecodeError))
