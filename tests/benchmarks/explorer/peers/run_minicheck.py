"""Checks the scenario with minicheck: run_minicheck.py REPLICASETS SLOTS NODES CAPACITY DESIRED FAULTS SCALES.

Run by an interpreter that has minicheck, as a file, so that it finds `events` beside it; prints one line of JSON. The
whole tuple is one field: minicheck makes a dictionary of the fields of every state, and this is its least cost.
"""

import json
import resource
import sys
import time
from importlib.metadata import version

from events import State, World
from minicheck import Protocol, check_safety

MOST = 100_000_000


def main() -> None:
    """Prints what was counted."""
    world = World(tuple(int(word) for word in sys.argv[1:]))
    events = [(event.name, event.enabled, event.apply) for event in world.events()]
    system = [event.enabled for event in world.events() if event.system]
    counted = 0

    def transitions(held: tuple[State]) -> list[tuple[str, tuple[State]]]:
        nonlocal counted
        (state,) = held
        found = [(name, (apply(state),)) for name, enabled, apply in events if enabled(state)]
        counted += len(found)
        return found

    invariants = {
        "capacity": lambda fields: world.within_capacity(fields["world"]),
        "once": lambda fields: world.runs_once(fields["world"]),
        "scale": lambda fields: world.within_scale(fields["world"]),
        "quiet": lambda fields: world.converged(fields["world"]) or any(
            enabled(fields["world"]) for enabled in system)}
    protocol = Protocol(name="scenario", candidate=False, fields=("world",), initial=(world.initial,),
                        transitions=transitions, invariants=invariants)
    begin, wall = time.process_time(), time.monotonic()
    found = check_safety(protocol, max_states=MOST)
    spent, wall = time.process_time() - begin, time.monotonic() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    said = [each["holds"] for each in found["properties"].values()]
    print(json.dumps({
        "version": version("minicheck"), "states": found["reachable_states"], "transitions": counted,
        "cpu_seconds": spent, "wall_seconds": wall, "peak_bytes": peak,
        "verdict": "violated" if False in said else "holds" if all(said) else "unknown"}))


main()
