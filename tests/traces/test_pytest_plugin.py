"""The pytest plugin, as a user meets it: a repository of one's own, one ini line, plain pytest."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.traces.test_cli import REPLICASET

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
INI = "[pytest]\nseatrial_manifests = deploy/*.yaml\nseatrial_faults = none\nseatrial_nodes = 1\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one manifest and one test of its own."""
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "web.yaml").write_text(REPLICASET, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text(INI, encoding="utf-8")
    (tmp_path / "test_own.py").write_text("def test_own():\n    assert True\n", encoding="utf-8")
    return tmp_path


def pytest_in(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Plain pytest."""
    return subprocess.run([sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments], cwd=folder,
                          capture_output=True, text=True, check=False)


def test_one_ini_line_collects_one_test_per_property(repository: Path) -> None:
    """Beside the repository's own tests, with plain `pytest`."""
    done = pytest_in(repository, "--collect-only", "-q")
    assert 0 == done.returncode, done.stdout + done.stderr
    assert "deploy/web.yaml::replicas_converge" in done.stdout
    assert "test_own.py::test_own" in done.stdout


def test_what_holds_passes(repository: Path) -> None:
    """Searched reproducibly, within the steps asked for."""
    done = pytest_in(repository, "--seatrial-steps", "400", "-k", "replicas_converge or bind_once or own")
    assert 0 == done.returncode, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_what_is_broken_fails_with_the_counterexample(repository: Path) -> None:
    """A pod that fits nowhere: the trace is written under traces/found, and one command reproduces it."""
    text = REPLICASET.replace('image: "web:1"', 'image: "web:1", resources: {requests: {cpu: "900"}}')
    (repository / "deploy" / "web.yaml").write_text(text, encoding="utf-8")
    done = pytest_in(repository, "--seatrial-steps", "400", "-k", "replicas_converge", "-q")
    said = done.stdout + done.stderr
    assert 1 == done.returncode, said
    assert "Traceback" not in said
    assert "VIOLATED replicas_converge" in said
    assert "Reproduce: seatrial trace replay" in said
    assert list((repository / "traces" / "found").rglob("trace.json"))


@pytest.mark.parametrize("text, ini, expected", [
    ("a: [", INI, "web.yaml"),
    (REPLICASET.replace("replicas:", "replicas: many #"), INI, "web.yaml"),
    (REPLICASET, INI.replace("faults = none", "faults = nonsense"), "nonsense"),
    (REPLICASET, INI.replace("nodes = 1", "nodes = absent.yaml"), "absent.yaml"),
])
def test_what_cannot_be_read_is_an_error_in_words(repository: Path, text: str, ini: str, expected: str) -> None:
    """Those of the importer alone: no traceback, no line of ours."""
    (repository / "deploy" / "web.yaml").write_text(text, encoding="utf-8")
    (repository / "pytest.ini").write_text(ini, encoding="utf-8")
    done = pytest_in(repository)
    said = done.stdout + done.stderr
    assert done.returncode not in (0, 5)
    assert expected in said
    assert "Traceback" not in said
    assert "pytest_plugin.py" not in said


def test_the_file_of_nodes_is_no_manifest(repository: Path) -> None:
    """The others run on it; matched by the same glob it is left out, unless there is something else in it."""
    shutil.copy(EXAMPLES / "nodes.yaml", repository / "deploy" / "nodes.yaml")
    (repository / "pytest.ini").write_text(INI.replace("nodes = 1", "nodes = deploy/nodes.yaml"), encoding="utf-8")
    collected = pytest_in(repository, "--collect-only", "-q")
    assert 0 == collected.returncode, collected.stdout
    assert "deploy/web.yaml::replicas_converge" in collected.stdout
    assert "deploy/nodes.yaml::" not in collected.stdout
    with (repository / "deploy" / "nodes.yaml").open("a", encoding="utf-8") as file:
        file.write("---\n" + REPLICASET)
    assert "deploy/nodes.yaml::replicas_converge" in pytest_in(repository, "--collect-only", "-q").stdout


def test_a_repository_without_the_line_notices_nothing(tmp_path: Path) -> None:
    """No engine is imported, no profile registered, nothing collected."""
    (tmp_path / "test_own.py").write_text(
        "import sys, hypothesis\n\ndef test_own():\n"
        "    assert not [name for name in sys.modules if name.startswith('seatrial.properties')]\n"
        "    assert not [name for name in hypothesis.settings._profiles if 'seatrial' in name]\n", encoding="utf-8")
    done = pytest_in(tmp_path)
    assert (0, True) == (done.returncode, "1 passed" in done.stdout), done.stdout


def test_the_profile_is_registered_when_asked(tmp_path: Path) -> None:
    """Then as seatrial-ci."""
    (tmp_path / "test_own.py").write_text(
        "import hypothesis\n\ndef test_own():\n    assert hypothesis.settings.get_profile('seatrial-ci').derandomize\n",
        encoding="utf-8")
    assert 0 == pytest_in(tmp_path, "--seatrial-profile").returncode
    assert 1 == pytest_in(tmp_path).returncode


def test_a_users_own_controller_is_checked(tmp_path: Path) -> None:
    """The example with a custom resource, its property and its bug, in a temporary repository."""
    for name in ("website_operator.py", "website.yaml"):
        shutil.copy(EXAMPLES / name, tmp_path / name)
    done = subprocess.run(
        [sys.executable, "-m", "seatrial.traces.cli", "check", "website.yaml",
         "--controller", "website_operator:CONTROLLER",
         "--property", "one_replicaset_per_website", "--steps", "20000"], cwd=tmp_path, capture_output=True, text=True,
        check=False)
    assert 1 == done.returncode, done.stdout + done.stderr
    assert "VIOLATED one_replicaset_per_website" in done.stdout


def test_a_manifest_can_be_explored(repository: Path) -> None:
    """Within the time given; what could not be exhausted fails as UNKNOWN, and says how far it came."""
    done = pytest_in(repository, "--seatrial-engine", "explore", "--seatrial-seconds", "60", "-k", "bind_once", "-q")
    said = done.stdout + done.stderr
    assert 0 == done.returncode, said
    done = pytest_in(repository, "--seatrial-engine", "explore", "--seatrial-seconds", "1", "-k", "bind_once", "-q",
                     "--seatrial-faults", "all")
    said = done.stdout + done.stderr
    assert 1 == done.returncode, said
    assert "UNKNOWN bind_once: the search stopped out of time after" in said
