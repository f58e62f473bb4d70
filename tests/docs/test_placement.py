"""The guide on placement shows what the commands print today, and what it promises of the examples is so."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "how-to" / "place-your-pods.md"
AGAIN = "write it again: python docs/reference/generate.py"


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    """The script that writes the outputs."""
    spec = importlib.util.spec_from_file_location("docs_place_generate", ROOT / "docs" / "reference" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_output_is_what_the_command_prints(generate: ModuleType) -> None:
    """Nothing in them depends on the machine."""
    assert generate.with_outputs(GUIDE) == GUIDE.read_text(encoding="utf-8"), AGAIN


def test_every_console_block_is_kept(generate: ModuleType) -> None:
    """An output without its marks would grow old unseen."""
    assert GUIDE.read_text(encoding="utf-8").count("```console") == len(generate.SHOWN_IN[GUIDE])


@pytest.mark.parametrize(("name", "said"), [
    ("feasible", "FEASIBLE: 8 pods of 2 workloads have a place on 5 nodes."),
    ("infeasible", "INFEASIBLE: 3 pods of 1 workload have no place on 1 node"),
    ("stuck", "default/report one waits:"),
    ("lost", "NOT SURVIVED: losing any 1 of 5 nodes. Without node-c1"),
    ("drained", "INFEASIBLE: "),
    ("packed", "PACKED: "),
])
def test_the_examples_show_what_the_guide_says(generate: ModuleType, name: str, said: str) -> None:
    """An example that grew harmless would explain nothing."""
    shown, command = generate.SHOWN_IN[GUIDE][name]
    assert said in shown(command)
