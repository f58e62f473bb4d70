"""Ctrl-C asks a search to stop; a second one stops it at once; afterwards it means what it meant before."""

import os
import signal
import threading
from pathlib import Path

import pytest

from seatrial.properties.checking.explore.engine import Limits, explore_cluster
from seatrial.properties.checking.explore.interrupt import interruptible
from seatrial.properties.checking.explore.statistics import Statistics
from tests.properties.checking.explore.samples import small_cluster

pytestmark = pytest.mark.usefixtures("in_the_foreground")


def press() -> None:
    """Ctrl-C."""
    os.kill(os.getpid(), signal.SIGINT)


def test_the_first_one_is_noted() -> None:
    """And the handler that was there before is there again."""
    before = signal.getsignal(signal.SIGINT)
    with interruptible() as is_pressed:
        assert not is_pressed()
        press()
        assert is_pressed()
    assert before is signal.getsignal(signal.SIGINT)


def test_the_second_one_stops_at_once() -> None:
    """As it does everywhere."""
    def press_twice() -> None:
        with interruptible():
            press()
            press()

    with pytest.raises(KeyboardInterrupt):
        press_twice()
    assert signal.default_int_handler is signal.getsignal(signal.SIGINT)


def test_what_a_job_in_the_background_ignores_stays_ignored() -> None:
    """Nobody can mean it, though it is sent to all jobs of a terminal."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with interruptible() as is_pressed:
        press()
        press()
        assert not is_pressed()


def test_in_another_thread_nothing_is_pressed() -> None:
    """Only the main thread may handle signals."""
    said = []

    def look() -> None:
        with interruptible() as is_pressed:
            said.append(is_pressed())

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert [False] == said


def test_an_interrupted_search_says_what_it_knows_and_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Within a level, too; resumed it says the same as an undisturbed one."""
    monkeypatch.setattr("seatrial.properties.checking.explore.engine.OFTEN", 0.0)
    cluster, properties = small_cluster(crash=1)
    whole = explore_cluster(cluster, properties, Limits())

    def tell(statistics: Statistics) -> None:
        if statistics.states > 300:
            press()

    part = explore_cluster(cluster, properties, Limits(), tell, keep=tmp_path)
    assert (True, "interrupted", tmp_path) == (part.interrupted, part.statistics.stopped, part.kept)
    assert 300 < part.statistics.states < whole.statistics.states
    rest = explore_cluster(cluster, properties, Limits(), resume=tmp_path)
    assert (whole.verdicts, whole.statistics.transitions) == (rest.verdicts, rest.statistics.transitions)
