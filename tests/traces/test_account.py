"""What an exhaustive search did, in words: each figure once, growth only where there is more to come."""

import attrs

from seatrial.properties.checking.explore.statistics import Decided, Statistics
from seatrial.properties.checking.verdict import Step
from seatrial.properties.checking.walk import Tally
from seatrial.traces.account import account_to_json, say_account, say_step
from seatrial.traces.progress import progress_line, say_explored, say_walked

DONE = Statistics(states=4802, transitions=21_741, quiet=5, depth=28, waiting=0, complete=True, seconds=2.0,
                  situations=783, bytes=2_125_958, fingerprint_bits=128, taken=("Sync",), levels=(1, 4, 20),
                  never_taken=("Fire",), never_reached=("some_pod_runs",))
LEVELS = (1, 8, 40, 140, 380, 760, 1200, 1400, 700)
PART = attrs.evolve(DONE, complete=False, waiting=900, stopped="out of time", levels=LEVELS, on_disk=1_000_000,
                    never_taken=(), never_reached=())


def test_a_search_that_ended() -> None:
    """Without growth: there is nothing more to come."""
    assert [
        "Explored:",
        "  states: 4,802 (all of them), depth 28, 5 quiet",
        "  transitions: 21,741, 4.5 from a state",
        "  speed: 2,401 states/s in 2.0 s",
        "  memory: 2.1 MB, 443 bytes a state",
        "  Python: 783 situations run, 3.60 % of the transitions",
        "  fingerprints: 128 bits; that two states share one: 3e-32 at most",
        "  never taken: Fire",
        "  never reached: some_pod_runs",
    ] == list(say_account(DONE))


def test_a_search_that_was_stopped() -> None:
    """Why, how it grew, and what it may need."""
    said = list(say_account(PART))
    assert "  states: 4,802 (stopped out of time, 900 not expanded), depth 28, 5 quiet" == said[1]
    assert "  memory: 2.1 MB, 443 bytes a state, 1.0 MB of it in files" == said[4]
    assert "  growth from level to level, of late: 8.00, 5.00, 3.50, 2.71, 2.00, 1.58, 1.17" == said[7]
    assert PART.predicted is not None
    assert said[8].startswith("  predicted need: about ")
    assert "  never taken: nothing that the scope allows" == said[9]
    early = list(say_account(attrs.evolve(PART, levels=(1, 2))))
    assert "  predicted need: cannot be told while the levels do not grow more slowly" == early[8]


def test_what_tells_names_apart_is_said() -> None:
    """It is why there are more states; where there is none, nothing is said."""
    told = attrs.evolve(DONE, told_apart="one_pod tells web-b and web-c apart")
    assert "  names: none interchangeable, because one_pod tells web-b and web-c apart" in say_account(told)
    assert not [line for line in say_account(DONE) if "interchangeable" in line]


def test_what_must_come_about_has_a_part_of_its_own() -> None:
    """With the figures of its own search, and what deciding took."""
    graph = attrs.evolve(DONE, states=9000, transitions=45_000, decided=Decided(8000, 2, 1.26))
    said = list(say_account(attrs.evolve(DONE, graph=graph)))
    assert list(say_account(DONE)) == said[:9]
    assert ["", "Explored for what must come about, with every state and step:",
            "  states: 9,000 (all of them), depth 28, 5 quiet", "  transitions: 45,000, 5.0 from a state"] == said[9:13]
    assert "  decided: 8,000 strongly connected components, 2 of more than one state, in 1.3 s" == said[-1]
    unasked = list(say_account(attrs.evolve(DONE, decided=Decided(0, 0, 0.04))))
    assert "  decided: in 0.0 s" == unasked[7]
    tree = account_to_json(attrs.evolve(DONE, graph=graph))
    assert (None, 9000, {"components": 8000, "loops": 2, "seconds": 1.26}) == (
        tree["decided"], tree["graph"]["states"], tree["graph"]["decided"])
    assert None is account_to_json(DONE)["graph"]


def test_what_is_too_far_to_tell_is_no_figure() -> None:
    """A curve says little of what is a thousand times as far as one has come."""
    assert PART.predicted is not None
    assert "  predicted need: more than 1,000 times as many states" in say_account(
        attrs.evolve(PART, states=PART.predicted // 1001))
    assert "  predicted need: more than" not in "\n".join(say_account(PART))


def test_json_has_what_the_text_has() -> None:
    """With the chance of a collision as a number."""
    tree = account_to_json(DONE)
    assert (4802, 443, 2401, [4.0, 5.0]) == (tree["states"], round(tree["bytes_per_state"]), tree["states_per_second"],
                                            tree["growth"])
    assert 0 < tree["collision"] < 1e-31
    assert (4802, ["some_pod_runs"]) == (tree["predicted_states"], tree["never_reached"])


def test_a_rung_is_a_line() -> None:
    """Growth and prediction only where they are known."""
    step = Step("1 replica, no faults", 1348, 5017, 0.61, "HOLDS")
    assert "HOLDS     1 replica, no faults: 1,348 states in 0.6 s" == say_step(step)
    known = attrs.evolve(step, factor=3.56, predicted=48_123)
    assert f"{say_step(step)}, 3.6 times the largest below; next: about 48,000 states" == say_step(known)


def test_progress_in_a_line() -> None:
    """For each engine in its own measure; nothing where standard error is no terminal."""
    assert "4,802 states, depth 28, 900 waiting, 2,401 states/s" == say_explored(PART)
    assert "100 steps in 4 walks, 50 steps/s, 0 violated" == say_walked(Tally(steps=100, walks=4), 2.0)
    with progress_line() as tell:
        assert None is tell(PART)


def test_speed_counts_what_this_run_found() -> None:
    """A resumed search knew some states already."""
    assert 401 == attrs.evolve(DONE, resumed=4000).states_per_second
