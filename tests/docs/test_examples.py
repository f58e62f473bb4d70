"""The examples do what the README and the tutorial say, from the installed package and in a repository of their own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
REPAIR = ("sync=sync,", "sync=sync_by_name,")
PROPERTY = "one_replicaset_per_website"


def run(folder: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a module of the installed packages in a folder, without what this test run has in its environment."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHONPATH"))}
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def pytest_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Plain pytest in a folder."""
    return run(folder, "pytest", "-p", "no:cacheprovider", *arguments)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A user's repository: the operator and its test, nothing else."""
    for name in ("website_operator.py", "test_website.py", "website.yaml"):
        shutil.copy(EXAMPLES / name, tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return tmp_path


def repair(repository: Path) -> None:
    """Repairs the operator, as the tutorial says."""
    path = repository / "website_operator.py"
    text = path.read_text(encoding="utf-8")
    assert text.count(REPAIR[0]) == 1
    path.write_text(text.replace(*REPAIR), encoding="utf-8")


def test_plain_pytest_finds_the_bug_of_the_operator(repository: Path) -> None:
    """The test fails with the counterexample, and the command that it prints reproduces it."""
    done = pytest_in(repository)
    assert 1 == done.returncode, done.stdout + done.stderr
    assert f"VIOLATED {PROPERTY} after" in done.stdout
    trace = f"traces/found/test_website-test_a_website_gets_one_replicaset/{PROPERTY}.json"
    assert f"seatrial trace replay {trace}" in done.stdout
    replayed = run(repository, "seatrial.traces.cli", "trace", "replay", trace)
    assert 1 == replayed.returncode, replayed.stderr
    assert f"reproduced: {PROPERTY}" in replayed.stdout


def test_the_repaired_operator_passes(repository: Path) -> None:
    """Negative control: without the bug the same test finds nothing."""
    repair(repository)
    done = pytest_in(repository)
    assert 0 == done.returncode, done.stdout + done.stderr


def test_the_way_of_the_tutorial(repository: Path) -> None:
    """Check, export a test, see it fail, repair, see it pass."""
    checked = run(repository, "seatrial.traces.cli", "check", "website.yaml", "--controller",
                  "website_operator:CONTROLLER", "--property", PROPERTY, "--steps", "20000", "--out", "found")
    assert 1 == checked.returncode, checked.stdout + checked.stderr
    exported = run(repository, "seatrial.traces.cli", "trace", "export", f"found/{PROPERTY}/trace.json", "--to",
                   "pytest", "--out", "test_two_replicasets.py")
    assert 0 == exported.returncode, exported.stderr
    assert 1 == pytest_in(repository, "test_two_replicasets.py").returncode
    repair(repository)
    assert 0 == pytest_in(repository, "test_two_replicasets.py").returncode


def test_the_ini_line_collects_a_test_per_property(tmp_path: Path) -> None:
    """Plain pytest in a repository of manifests only, with the shop and the other ini lines."""
    (tmp_path / "deploy").mkdir()
    shutil.copy(EXAMPLES / "shop.yaml", tmp_path / "deploy")
    shutil.copy(EXAMPLES / "nodes.yaml", tmp_path)
    lines = ("[pytest]", "seatrial_manifests = deploy/*.yaml", "seatrial_nodes = nodes.yaml",
             "seatrial_faults = crash, calls, watches", "")
    (tmp_path / "pytest.ini").write_text("\n".join(lines), encoding="utf-8")
    done = pytest_in(tmp_path, "--collect-only", "-q")
    assert 0 == done.returncode, done.stdout + done.stderr
    for name in ("replicas_converge", "endpoints_converge", "no_overcommit"):
        assert f"deploy/shop.yaml::{name}" in done.stdout


def test_the_shop_holds_what_the_tutorial_asks_of_it(tmp_path: Path) -> None:
    """A bounded answer, exit code 0, and the database that is not modelled named."""
    done = run(tmp_path, "seatrial.traces.cli", "check", str(EXAMPLES / "shop.yaml"), "--nodes",
               str(EXAMPLES / "nodes.yaml"), "--faults", "node-down", "--property", "replicas_converge",
               "--steps", "3000")
    assert 0 == done.returncode, done.stdout + done.stderr
    assert "BOUNDED   replicas_converge" in done.stdout
    assert "StatefulSet shop/database" in done.stdout


def test_what_does_not_fit_is_found(tmp_path: Path) -> None:
    """Negative control: a pod that finds no place is a violation, and the command says so."""
    done = run(tmp_path, "seatrial.traces.cli", "check", str(EXAMPLES / "too-large.yaml"), "--nodes",
               str(EXAMPLES / "small-node.yaml"), "--faults", "none", "--property", "replicas_converge",
               "--steps", "2000")
    assert 1 == done.returncode, done.stdout + done.stderr
    assert "VIOLATED  replicas_converge" in done.stdout
