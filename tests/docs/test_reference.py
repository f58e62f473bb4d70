"""The reference pages and the README say what the code says today."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
PAGES = ("cli.md", "controllers.md", "faults.md", "proofs.md", "properties.md", "variants.md")
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")
AGAIN = "write it again: python docs/reference/generate.py"


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    """The script that writes the pages."""
    spec = importlib.util.spec_from_file_location("docs_reference_generate", REFERENCE / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_page_is_listed(generate: ModuleType) -> None:
    """The script writes the pages that are checked here, and the folder holds no others."""
    assert list(PAGES) == sorted(generate.PAGES)
    assert sorted(("README.md", *PAGES)) == sorted(path.name for path in REFERENCE.glob("*.md"))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_what_the_script_would_write(generate: ModuleType, page: str) -> None:
    """A registry cannot change without its page."""
    assert generate.PAGES[page]() == (REFERENCE / page).read_text(encoding="utf-8"), AGAIN


def test_a_page_follows_its_registry(generate: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: one fault less is another page."""
    monkeypatch.setattr(generate, "FAULTS", generate.FAULTS[1:])
    assert (REFERENCE / "faults.md").read_text(encoding="utf-8") != generate.faults_page()


def test_the_counterexample_is_what_the_command_prints(generate: ModuleType) -> None:
    """The README shows the output of today, word for word."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert generate.replace_block(readme, "counterexample", generate.counterexample()) == readme, AGAIN
    assert "VIOLATED replicas_not_exceeded after" in readme


@pytest.mark.parametrize("page", ["README.md", "docs/how-to/explore-a-scope.md"])
def test_every_output_is_what_the_command_prints(generate: ModuleType, page: str) -> None:
    """Times and memory, which depend on the machine, are left out."""
    shown = generate.SHOWN_IN[ROOT / page]
    text = (ROOT / page).read_text(encoding="utf-8")
    assert generate.with_outputs(ROOT / page) == text, AGAIN
    assert [f"$ seatrial {command}" for _, command in shown.values()] == [
        f"$ seatrial {command}" for _, command in shown.values() if f"$ seatrial {command}\n" in text]


def test_every_console_block_of_the_how_to_is_kept(generate: ModuleType) -> None:
    """An output without its marks would grow old unseen."""
    page = ROOT / "docs" / "how-to" / "explore-a-scope.md"
    assert page.read_text(encoding="utf-8").count("```console") == len(generate.SHOWN_IN[page])


def test_a_stale_output_is_found(generate: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: another figure in a block is another page."""
    page = tmp_path / "page.md"
    block = "```console\n$ seatrial list faults\nnothing\n```"
    page.write_text(f"<!-- one -->\n{block}\n<!-- end one -->", encoding="utf-8")
    monkeypatch.setitem(generate.SHOWN_IN, page, {"one": (generate.whole, "list faults")})
    assert page.read_text(encoding="utf-8") != generate.with_outputs(page)
    assert "crash: a program loses its memory" in generate.with_outputs(page)


def test_what_depends_on_the_machine_is_not_shown(generate: ModuleType) -> None:
    """Neither how long it took nor how fast it was."""
    said = generate.printed("check --variant B01 --engine explore")
    assert "decided: 61 strongly connected components, 0 of more than one state, in - s" in said
    assert "speed" not in said
    assert "memory" not in said
    assert "a\nb\n...\nc" == generate.chosen("a\nb\n\nx\n\n\ny\n\nc", "a", "c")


def test_the_ten_steps_are_what_the_corpus_holds(generate: ModuleType) -> None:
    """The README's diagram is the corpus trace's, or there is neither."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert generate.replace_block(readme, "ten-steps", generate.ten_steps()) == readme, AGAIN
    assert generate.DIAGRAM.exists() == ("sequenceDiagram" in readme)


def test_a_block_without_its_marks_is_refused(generate: ModuleType) -> None:
    """Text that cannot be replaced is not left standing in silence."""
    assert "<!-- a -->\nnew\n<!-- end a -->" == generate.replace_block("<!-- a -->\n<!-- end a -->", "a", "new\n")
    with pytest.raises(ValueError, match="there is no block 'a'"):
        generate.replace_block("<!-- a -->", "a", "new")


def test_a_conformance_report_becomes_a_table(generate: ModuleType) -> None:
    """The share is of the cases run; an area of which nothing ran has no share."""
    none = {"cases": 5, "passed": 0, "failed": 0, "superseded": 0, "not_modelled": 5}
    some = {"cases": 5, "passed": 3, "failed": 1, "superseded": 0, "not_modelled": 1}
    table = generate.conformance_table({"kubelet": some, "job": none})
    assert "| kubelet | 5 | 1 | 0 | 4 | 3 (75.00 %) |" in table
    assert "not modelled yet (cases): job (5)." in table


def dead_links(page: Path) -> list[str]:
    """The relative links of a page that lead nowhere."""
    found = LINK.findall(page.read_text(encoding="utf-8"))
    return [link for link in found if "://" not in link and not (page.parent / link).exists()]


@pytest.mark.parametrize("page", sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]),
                         ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    """In the README and in every page of the docs."""
    assert [] == dead_links(page)


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    """Negative control: the checker sees what is not there."""
    page = tmp_path / "page.md"
    page.write_text("[here](page.md) [gone](gone.md) [out](https://kubernetes.io/docs/)", encoding="utf-8")
    assert ["gone.md"] == dead_links(page)
