"""What a placement takes for granted is said with object and field."""

from pathlib import Path

import pytest

from seatrial.model.api.core import Pod, PodSpec
from seatrial.model.frozen import freeze
from seatrial.traces.place.assumptions import Assumption, assumptions_of_document, assumptions_of_pod
from tests.traces.place.documents import manifests, workload


@pytest.mark.parametrize(("assumption", "words"), [
    (Assumption("Pod a/b", "spec.x", "is not looked at"), "Pod a/b: spec.x is not looked at"),
    (Assumption("Pod a/b", "", "is alone"), "Pod a/b: is alone"),
    (Assumption("", "", "all are equal"), "all are equal"),
])
def test_an_assumption_is_one_line(assumption: Assumption, words: str) -> None:
    """Object, field, sentence, as far as there are any."""
    assert words == assumption.words


def test_a_plain_pod_assumes_nothing() -> None:
    """Not even of a priority: all pods are to have a place."""
    assert () == assumptions_of_pod("Pod a/b", Pod(spec=PodSpec(priority=7, scheduler_name="default-scheduler")))


@pytest.mark.parametrize(("name", "value", "field"), [
    ("runtimeClassName", "kata", "spec.runtimeClassName"),
    ("resourceClaims", [{"name": "gpu"}], "spec.resourceClaims"),
    ("volumes", [{"name": "d", "csi": {"driver": "x"}}], "spec.volumes[d].csi"),
])
def test_what_no_filter_looks_at_is_named(name: str, value: object, field: str) -> None:
    """Each by its path."""
    pod = Pod(spec=PodSpec(unmodelled=freeze({name: value})))
    assert [field] == [each.field for each in assumptions_of_pod("Pod a/b", pod)]


def test_objects_that_are_followed_assume_nothing(tmp_path: Path) -> None:
    """Negative control: a workload and a Service."""
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 80}]}\n"
    documents = manifests(tmp_path, workload("Deployment", "web"), service).objects
    assert [] == [each for document in documents for each in assumptions_of_document(document)]
