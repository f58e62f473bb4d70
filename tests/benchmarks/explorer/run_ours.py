"""One search of ours in a process of its own: python -m tests.benchmarks.explorer.run_ours SCENARIO ENGINE.

Prints one line of JSON. Only the search is timed, with the scenario's Python run in it for each new situation: a search
of `tiny` comes before it, so that compiled loops are loaded (their compilation is kept from one process to the next).
What came before is `prepare_seconds`: starting Python, importing, and loading or compiling the loops.
"""

import json
import resource
import sys
import time
from importlib.metadata import version

import attrs

from seatrial.properties.checking.explore.search import Options, Search
from seatrial.properties.checking.explore.situations import Situations
from tests.benchmarks.explorer.promises import always, families, quietly
from tests.benchmarks.explorer.rows import HOLDS, UNKNOWN, VIOLATED, Row
from tests.benchmarks.explorer.scenario import SCENARIOS, scenario

ENGINES = {
    "seatrial": Options(),
    "seatrial-64bit": Options(wide=False),
    "seatrial-numpy": Options(engine="numpy"),
    "seatrial-2t": Options(threads=2),
    "seatrial-symmetry": Options(symmetry=True),
}


def main() -> None:
    """Prints what was counted."""
    name, engine = sys.argv[1:]
    measure("tiny", engine)
    print(json.dumps(attrs.asdict(measure(name, engine, time.process_time()))))


def measure(name: str, engine: str, prepared: float | None = None) -> Row:
    """Searches a scenario to its end."""
    size, asked = SCENARIOS[name], ENGINES[engine]
    begin, wall = time.process_time(), time.monotonic()
    judges = (*always(size), *quietly(size))
    at_rest = frozenset(range(len(always(size)), len(judges)))
    search = Search(Situations(scenario(size), judges, (), frozenset(range(len(judges))) - at_rest, at_rest,
                               families(size), asked.local_first), asked)
    search.run()
    if search.told_apart:
        message = f"{name} was not searched up to renaming: {search.told_apart}"
        raise ValueError(message)
    spent, wall = time.process_time() - begin, time.monotonic() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    verdict = VIOLATED if search.sightings else HOLDS if search.complete else UNKNOWN
    return Row(name, engine, version("seatrial"), search.states, search.transitions, spent, wall, peak, verdict,
               128 if asked.wide else 64, prepared)


if __name__ == "__main__":
    main()
