"""Files of manifests are loaded whole or refused whole, with every problem named."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seatrial.traces.importers.errors import ManifestError, Problem
from seatrial.traces.importers.manifests import MODELLED_KINDS, Document, Manifests, load_manifests
from tests.traces.importers.reference import MANIFESTS, reference_files, require_references

EXAMPLES = Path(__file__).resolve().parents[3] / "docs" / "examples"
NOT_APPLICABLE = ("deployment-anchors-merge.yaml", "mixed-kinds-sorted-keys.yaml")
"""Lint fixtures among the real files: Deployments without a selector, which the API server refuses."""
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: i}]}\n"


def load(tmp_path: Path, text: str, name: str = "f.yaml") -> Manifests:
    """The manifests of one file with this text."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return load_manifests([path])


def problems(tmp_path: Path, text: str, name: str = "f.yaml") -> tuple[Problem, ...]:
    """The problems of one file with this text."""
    with pytest.raises(ManifestError) as raised:
        load(tmp_path, text, name)
    return raised.value.problems


def identities(manifests: Manifests) -> list[tuple[str, str, str]]:
    """Kind, namespace and name of each object."""
    return [(item.kind, item.namespace, item.name) for item in manifests.objects]


def test_documents_of_several_files_keep_their_order_and_place(tmp_path: Path) -> None:
    """Each object knows its file, its line and its kind's resource."""
    (tmp_path / "a.yaml").write_text(f"# first\n---\n{POD}---\n{POD.replace('name: p', 'name: q')}")
    (tmp_path / "b.json").write_text('{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"n"}}')
    loaded = load_manifests([tmp_path / "a.yaml", tmp_path / "b.json"])
    assert [("Pod", "default", "p"), ("Pod", "default", "q"), ("Namespace", "", "n")] == identities(loaded)
    assert [3, 8, 1] == [item.location.line for item in loaded.objects]
    assert ["pods", "pods", "namespaces"] == [item.resource for item in loaded.objects]
    assert () == loaded.not_modelled


def test_lists_and_typed_lists_are_opened(tmp_path: Path) -> None:
    """The items of a List, of a list in it, and of a PodList, whose items say no kind."""
    pod = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    typed = {"apiVersion": "v1", "kind": "PodList", "items": [pod]}
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}}
    loaded = load(
        tmp_path, json.dumps({"apiVersion": "v1", "kind": "List", "items": [space, typed]}), "f.json"
    )
    assert [("Namespace", "", "n"), ("Pod", "default", "p")] == identities(loaded)
    assert ["items[0]", "items[1].items[0]"] == [item.location.path for item in loaded.objects]


def test_problems_inside_a_list_have_the_whole_path(tmp_path: Path) -> None:
    """A reader finds the item, not only the list."""
    text = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Node\n  metadata: {name: N}\n"
    assert [(6, "items[0].metadata.name")] == [(p.line, p.path) for p in problems(tmp_path, text)]


def test_json_lines_concatenated_json_and_flow_yaml(tmp_path: Path) -> None:
    """JSON in lines, JSON in a .yaml file, and YAML that only starts like JSON."""
    one = '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"%s"}}'
    assert 2 == len(load(tmp_path, one % "a" + "\n" + one % "b", "f.jsonl").objects)
    assert 2 == len(load(tmp_path, one % "a" + one % "b").objects)
    assert 1 == len(load(tmp_path, "{apiVersion: v1, kind: Namespace, metadata: {name: a}}").objects)


def test_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    """Both are read as if they were not there."""
    assert 1 == len(load(tmp_path, "\ufeff" + POD.replace("\n", "\r\n")).objects)


def test_kinds_that_are_not_modelled_are_listed_once(tmp_path: Path) -> None:
    """Built-in and custom alike; the modelled kinds are the caller's to name."""
    text = "apiVersion: {}\nkind: {}\nmetadata: {{name: {}}}\n---\n"
    rows = (("v1", "Endpoints", "a"), ("v1", "Endpoints", "b"), ("example.com/v1", "Widget", "c"))
    loaded = load(tmp_path, "".join(text.format(*row) for row in rows))
    assert ("Endpoints (v1)", "Widget (example.com/v1)") == loaded.not_modelled
    assert "" == loaded.objects[2].resource
    assert ("Pod (v1)",) == load_manifests([_written(tmp_path, POD)], modelled=()).not_modelled
    assert ("v1", "Pod") in MODELLED_KINDS


def _written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "written.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    "version, kind, words",
    [
        ("apps/v1", "Deploymnet", "did you mean Deployment?"),
        ("v1", "Deployment", "Deployment is in apps/v1"),
        ("extensions/v1beta1", "Deployment", "removed in 1.16; use apps/v1"),
        ("app/v1", "Deployment", "Deployment is in apps/v1"),
        ("audit.k8s.io/v1", "Event", "this is a record"),
    ],
)
def test_unknown_kinds_say_what_to_write(tmp_path: Path, version: str, kind: str, words: str) -> None:
    """A misspelt kind, a wrong group, a removed version and a record are errors with their fix."""
    (problem,) = problems(tmp_path, f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a}}\n")
    assert words in problem.render()


@pytest.mark.parametrize(
    "data, words",
    [
        (b"", "at least one Kubernetes object"),
        (b"# only a comment\n", "at least one Kubernetes object"),
        (b"apiVersion: v1\nkind: List\nitems: []\n", "only empty lists"),
        (b"a: \xe9\n", "UTF-8"),
        (b"\xff\xfea\x00", "UTF-16"),
        (b"a: \x00\n", "NUL"),
        (b"- a\n- b\n", "found a list of 2"),
        (b"kind: Pod\n", "found no apiVersion"),
    ],
)
def test_files_without_an_object(tmp_path: Path, data: bytes, words: str) -> None:
    """Empty, binary and foreign files are refused with the reason."""
    path = tmp_path / "f.yaml"
    path.write_bytes(data)
    with pytest.raises(ManifestError, match=words):
        load_manifests([path])


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file and a folder are problems like any other, reported together."""
    with pytest.raises(ManifestError) as raised:
        load_manifests([tmp_path / "missing.yaml", tmp_path])
    assert 2 == len(raised.value.problems)


def test_one_problem_refuses_everything(tmp_path: Path) -> None:
    """A good file does not load beside a bad one."""
    with pytest.raises(ManifestError):
        load_manifests([_written(tmp_path, POD), tmp_path / "missing.yaml"])


def test_repeated_objects(tmp_path: Path) -> None:
    """The same object twice is read once; two objects of one name are a problem; generateName may repeat."""
    assert 1 == len(load(tmp_path, f"{POD}---\n{POD}").objects)
    (problem,) = problems(tmp_path, f"{POD}---\n{POD.replace('image: i', 'image: j')}")
    assert "first in" in problem.found
    generated = POD.replace("name: p", "generateName: p-")
    assert 2 == len(load(tmp_path, f"{generated}---\n{generated}").objects)


def is_loaded_or_refused(path: Path) -> bool:
    """Whether a file gives objects, or problems: anything else is an exception."""
    try:
        return bool(load_manifests([path]).objects)
    except ManifestError as error:
        return bool(error.problems)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_bytes_load_or_are_refused(tmp_path: Path, data: bytes) -> None:
    """No file makes the reader fail in another way."""
    path = tmp_path / "bytes.yaml"
    path.write_bytes(data)
    assert is_loaded_or_refused(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 20_000), st.integers(0, 255), st.sampled_from([".yaml", ".json"]))
def test_a_damaged_example_loads_or_is_refused(tmp_path: Path, at: int, byte: int, suffix: str) -> None:
    """One byte of a good file changed, anywhere, to anything."""
    data = bytearray((EXAMPLES / "shop.yaml").read_bytes())
    data[at % len(data)] = byte
    path = tmp_path / f"damaged{suffix}"
    path.write_bytes(data)
    assert is_loaded_or_refused(path)


def test_the_shop_is_what_the_tutorial_says() -> None:
    """Ten Deployments with a Service each, a database behind a headless Service, nodes in three zones."""
    loaded = load_manifests([EXAMPLES / "shop.yaml", EXAMPLES / "nodes.yaml"])
    kinds = [item.kind for item in loaded.objects]
    counts = {kind: kinds.count(kind) for kind in ("Deployment", "Service", "StatefulSet", "Node")}
    assert {"Deployment": 10, "Service": 11, "StatefulSet": 1, "Node": 5} == counts
    zones = [_label(item, "topology.kubernetes.io/zone") for item in loaded.objects if item.kind == "Node"]
    assert 3 == len(set(zones))


def _label(item: Document, key: str) -> str:
    return str(item.tree["metadata"]["labels"][key])


def test_real_manifests_load() -> None:
    """Files that people really apply are read without a complaint."""
    require_references()
    files = [path for path in reference_files("real", ".yaml") if path.name not in NOT_APPLICABLE]
    assert len(files) > 20
    for path in files:
        assert load_manifests([path]).objects


def test_real_lint_fixtures_are_refused_for_what_the_api_server_refuses() -> None:
    """Two of the real files hold Deployments without a selector."""
    require_references()
    for name in NOT_APPLICABLE:
        with pytest.raises(ManifestError, match=r"spec\.selector: expected a value, found none"):
            load_manifests([MANIFESTS / "real" / name])


def test_hostile_manifests_are_refused() -> None:
    """Every file that was written to do harm ends in problems with their fix, fast."""
    require_references()
    files = reference_files("bad", ".yaml", ".json", ".jsonl")
    assert len(files) > 15
    for path in files:
        start = time.perf_counter()
        with pytest.raises(ManifestError) as raised:
            load_manifests([path])
        assert all(problem.expected and problem.found and problem.fix for problem in raised.value.problems)
        assert str(raised.value).isprintable() or all(
            line.isprintable() for line in str(raised.value).splitlines()
        )
        assert time.perf_counter() - start < 2


def test_large_hostile_manifests_are_refused(tmp_path: Path) -> None:
    """Ten megabytes in a line, twenty thousand levels and fifty thousand documents end in problems, fast."""
    require_references()
    script = MANIFESTS / "bad" / "make_hostile.py"
    subprocess.run([sys.executable, script, tmp_path], check=True)
    files = sorted(tmp_path.iterdir())
    assert len(files) >= 5
    for path in files:
        start = time.perf_counter()
        with pytest.raises(ManifestError):
            load_manifests([path])
        assert time.perf_counter() - start < 5
