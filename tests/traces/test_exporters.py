"""Counterexamples as text, Markdown, diagram and pytest file: whole texts, kept under golden/."""

import subprocess
import sys
from pathlib import Path

import attrs
import pytest

from seatrial.properties.checking.replay import confirm
from seatrial.traces.codec import dump_trace, property_of
from seatrial.traces.exporters import EXPORTERS
from seatrial.traces.exporters.markdown import cell
from seatrial.traces.exporters.mermaid import MOST_MESSAGES, export_mermaid, label
from seatrial.traces.exporters.text import headline
from seatrial.traces.scopes import initial_of
from tests.strategies.clusters import Walk
from tests.traces.found import BUGS, GOLDEN, compare, states_of, trace_of

FILES = {"text": "trace.txt", "markdown": "trace.md", "mermaid": "trace.mmd", "pytest": "regression.py.txt"}
COMMAND = "seatrial trace replay trace.json"


@pytest.mark.parametrize("name", sorted(BUGS))
@pytest.mark.parametrize("form", sorted(EXPORTERS))
def test_the_whole_text_is_the_golden_one(name: str, form: str) -> None:
    """Every word of it: a change shows up in the review."""
    compare(GOLDEN / name / FILES[form], EXPORTERS[form](trace_of(name), states_of(name), COMMAND))


@pytest.mark.parametrize("name", sorted(BUGS))
def test_the_golden_traces_are_true(name: str) -> None:
    """They replay to the sentence that they claim, and are short."""
    trace = trace_of(name)
    confirm(initial_of(trace.scope), property_of(trace), trace.found)
    assert trace.found.stem <= 20
    compare(GOLDEN / name / "trace.json", dump_trace(trace))


def test_text_is_in_the_order_of_a_review() -> None:
    """Verdict, beginning, steps, why, what was stale, the command."""
    text = EXPORTERS["text"](trace_of("safety"), states_of("safety"), COMMAND)
    places = [text.index(words) for words in ("VIOLATED", "At the beginning", "1. ", "Why:", "Reproduce: " + COMMAND)]
    assert sorted(places) == places
    assert "-- from here on users and faults are quiet" in EXPORTERS["text"](
        trace_of("liveness"), states_of("liveness"), COMMAND)


def test_a_livelock_says_where_it_repeats() -> None:
    """The headline speaks of ever, and the loop's beginning is marked."""
    trace = trace_of("liveness")
    looping = attrs.evolve(trace, found=attrs.evolve(trace.found, loop=trace.found.stem))
    last = len(trace.found.actions)
    assert f"repeats steps {trace.found.stem + 1} to {last} for ever, and again and again" in headline(looping)
    assert "-- what follows repeats for ever --" in EXPORTERS["text"](looping, states_of("liveness"), COMMAND)


@pytest.mark.parametrize(("text", "expected"), [
    ("a|b", "a&#124;b"), ("<script>", "&lt;script>"), ("`x`", "&#96;x&#96;"), ("a\nb", "a b"),
    ("_i_ *b*", "\\_i\\_ \\*b\\*"),
])
def test_no_name_becomes_markup(text: str, expected: str) -> None:
    """A cell of a Markdown table holds text and nothing else."""
    assert expected == cell(text)


def test_no_name_ends_a_diagrams_line() -> None:
    """Semicolons, hashes and angle brackets are Mermaid's own."""
    assert "a#59; b#35; #lt;c#gt; d" == label("a; b# <c>\nd")


def test_a_long_run_is_drawn_in_short() -> None:
    """At most so many messages, and how many were left out is said."""
    trace = trace_of("liveness")
    walked = Walk("deployment, rollout and every fault", 3, 200).states()
    actions = tuple(action for _, action in walked if action is not None)
    long = attrs.evolve(trace, found=attrs.evolve(trace.found, actions=actions, stem=len(actions)))
    assert len(actions) > MOST_MESSAGES
    drawn = export_mermaid(long, tuple(cluster for cluster, _ in walked), COMMAND)
    assert drawn.count(">>") + drawn.count("-x") <= MOST_MESSAGES
    assert "steps that changed nothing are left out" in drawn


def test_a_generated_regression_test_runs(tmp_path: Path) -> None:
    """In an empty folder it fails while the variant is in its scope, and passes once the run is harmless."""
    source = EXPORTERS["pytest"](trace_of("safety"), states_of("safety"), COMMAND)
    (tmp_path / "test_it.py").write_text(source, encoding="utf-8")
    broken = pytest_in(tmp_path)
    assert 1 == broken.returncode, broken.stdout
    assert trace_of("safety").found.sentence.split()[0] in broken.stdout
    (tmp_path / "test_it.py").write_text(source.replace('"variant": "B02"', '"variant": ""'), encoding="utf-8")
    assert 0 == pytest_in(tmp_path).returncode


def pytest_in(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Plain pytest, as a user runs it."""
    return subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], cwd=folder,
                          capture_output=True, text=True, check=False)
