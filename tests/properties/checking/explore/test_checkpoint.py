"""An interrupted search goes on as if it had never stopped; what is damaged, or of another search, is refused."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from seatrial.properties.checking.explore import engine
from seatrial.properties.checking.explore.checkpoint import MAGIC, NAME
from seatrial.properties.checking.explore.engine import Explored, Limits, explore_cluster
from seatrial.properties.checking.explore.refusals import Refused
from tests.properties.checking.explore.samples import small_cluster

RESUME = """
import sys
from pathlib import Path
import attrs
from seatrial.properties.checking.explore.engine import Limits, explore_cluster
from tests.properties.checking.explore.samples import small_cluster
cluster, properties = small_cluster(crash=1)
found = explore_cluster(cluster, properties, Limits(), resume=Path(sys.argv[1]))
print([attrs.evolve(found.statistics, seconds=0.0, resumed=0), found.verdicts, found.seen])
"""


def told(found: Explored) -> list[Any]:
    """All that a search says, but for times."""
    return [attrs.evolve(found.statistics, seconds=0.0, resumed=0), found.verdicts, found.seen]


def stop_at(monkeypatch: pytest.MonkeyPatch, moment: int) -> None:
    """Stops searches after so many pieces of work."""
    count = 0

    def reached(*_: object) -> str:
        nonlocal count
        count += 1
        return "by the test" if count == moment else ""

    monkeypatch.setattr(engine, "reached", reached)


@pytest.mark.parametrize("moment", [1, 60, 500, 650])
def test_a_resumed_search_says_what_an_undisturbed_one_says(moment: int, monkeypatch: pytest.MonkeyPatch,
                                                           tmp_path: Path) -> None:
    """Stopped before, while and after a level is judged, while situations are learnt; same counts, words and order."""
    cluster, properties = small_cluster(crash=1)
    whole = explore_cluster(cluster, properties, Limits())
    stop_at(monkeypatch, moment)
    part = explore_cluster(cluster, properties, Limits(), keep=tmp_path)
    assert (False, "by the test", tmp_path) == (part.statistics.complete, part.statistics.stopped, part.kept)
    assert part.statistics.states < whole.statistics.states
    rest = explore_cluster(cluster, properties, Limits(), resume=tmp_path)
    assert told(whole) == told(rest)


def test_another_process_may_go_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever PYTHONHASHSEED it has: nothing that was written down depends on a hash."""
    cluster, properties = small_cluster(crash=1)
    whole = explore_cluster(cluster, properties, Limits())
    stop_at(monkeypatch, 700)
    explore_cluster(cluster, properties, Limits(), keep=tmp_path)
    said = [subprocess.run([sys.executable, "-c", RESUME, str(tmp_path)], capture_output=True, text=True, check=True,
                           cwd=Path(__file__).parents[4], env={**os.environ, "PYTHONHASHSEED": seed}).stdout
            for seed in ("1", "2")]
    assert [f"{told(whole)}\n"] * 2 == said


def test_an_interrupted_resumption_can_be_resumed_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Any number of times, in the same folder."""
    cluster, properties = small_cluster(crash=1)
    whole = explore_cluster(cluster, properties, Limits())
    stop_at(monkeypatch, 300)
    explore_cluster(cluster, properties, Limits(), keep=tmp_path)
    stop_at(monkeypatch, 300)
    again = explore_cluster(cluster, properties, Limits(), keep=tmp_path, resume=tmp_path)
    assert not again.statistics.complete
    assert told(whole) == told(explore_cluster(cluster, properties, Limits(), resume=tmp_path))


def flip(at: int) -> Callable[[bytes], bytes]:
    """One bit of this byte is flipped."""
    return lambda held: held[:at] + bytes([held[at] ^ 1]) + held[at:][1:]


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "cut off": (lambda held: held[:-100], "it ends too early"),
    "a level": (flip(-1), "a level has another checksum"),
    "what was learnt": (lambda held: flip(held.index(b"\n", len(MAGIC)) + 50)(held), "what was learnt has another"),
    "the first line": (lambda held: held.replace(b'"learnt": [', b'"learnt": ["', 1), "its first lines are not"),
    "no list": (lambda held: held.replace(b'"arrays": [', b'"array": [', 1), "its first lines are not"),
    "something else": (lambda _: b"a: b\n", "this is no checkpoint"),
    "nothing": (lambda _: b"", "this is no checkpoint"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_checkpoint_is_refused(damage: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With the file's name and what is wrong; nothing of it is believed."""
    cluster, properties = small_cluster()
    stop_at(monkeypatch, 200)
    explore_cluster(cluster, properties, Limits(), keep=tmp_path)
    path = tmp_path / NAME
    change, words = DAMAGES[damage]
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(Refused, match=f"{NAME}: .*{words}"):
        explore_cluster(cluster, properties, Limits(), resume=tmp_path)


def test_a_checkpoint_of_another_search_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Of another scope, of other properties, of another version: each is named."""
    cluster, properties = small_cluster()
    stop_at(monkeypatch, 200)
    explore_cluster(cluster, properties, Limits(), keep=tmp_path)
    other, _ = small_cluster(crash=1)
    with pytest.raises(Refused, match="made for another scope: give the same files"):
        explore_cluster(other, properties, Limits(), resume=tmp_path)
    with pytest.raises(Refused, match=r"made for other properties \(\['acknowledged_is_stored'"):
        explore_cluster(cluster, properties[1:], Limits(), resume=tmp_path)
    path = tmp_path / NAME
    first, line, rest = path.read_bytes().split(b"\n", 2)
    header = {**json.loads(line), "seatrial": "0.0.1"}
    path.write_bytes(b"\n".join([first, json.dumps(header).encode(), rest]))
    with pytest.raises(Refused, match=r"made by another version of seatrial \(0\.0\.1; here it is "):
        explore_cluster(cluster, properties, Limits(), resume=tmp_path)


def test_a_folder_without_a_checkpoint_is_refused(tmp_path: Path) -> None:
    """Naming the file that should be there."""
    cluster, properties = small_cluster()
    with pytest.raises(Refused, match=f"{NAME}: No such file"):
        explore_cluster(cluster, properties, Limits(), resume=tmp_path)
