"""Checks the scenario with musil: run_musil.py REPLICASETS SLOTS NODES CAPACITY DESIRED FAULTS SCALES.

Run by an interpreter that has musil (Python 3.12 or newer), as a file, so that it finds `events` beside it; prints one
line of JSON. Only `check` is timed; transitions are counted afterwards, on the graph.
"""

import json
import resource
import sys
import time
from importlib.metadata import version

from events import World
from musil import Action, Model, check, explore

MOST = 100_000_000


def main() -> None:
    """Prints what was counted."""
    world = World(tuple(int(word) for word in sys.argv[1:]))
    events = tuple(world.events())
    system = [event.enabled for event in events if event.system]
    model = Model(
        init=[world.initial], actions=[Action(event.name, event.enabled, event.apply) for event in events],
        invariants={"capacity": world.within_capacity, "once": world.runs_once, "scale": world.within_scale,
                    "quiet": lambda s: world.converged(s) or any(enabled(s) for enabled in system)},
        terminal=lambda _: True)
    begin, wall = time.process_time(), time.monotonic()
    result = check(model, max_states=MOST)
    spent, wall = time.process_time() - begin, time.monotonic() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    edges = explore(model, max_states=MOST).edges
    print(json.dumps({
        "version": version("musil"), "states": result.states_explored, "cpu_seconds": spent, "wall_seconds": wall,
        "peak_bytes": peak,
        "transitions": sum(len(found) for found in edges.values()),
        "verdict": "holds" if result.ok and not result.truncated else "violated" if not result.ok else "unknown"}))


main()
