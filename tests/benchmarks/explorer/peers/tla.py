"""The scenario in TLA+, for TLC: `Scenario.tla` beside this file, and its constants for a size."""

from importlib.resources import files
from pathlib import Path

from tests.benchmarks.explorer.scenario import Size

MODULE = "Scenario"
INVARIANTS = ("WithinCapacity", "RunsOnce", "WithinScale", "Quiet")


def configuration(size: Size) -> str:
    """What TLC reads beside the module."""
    constants = {"ReplicaSets": size.replicasets, "Slots": size.slots, "Nodes": size.nodes, "Capacity": size.capacity,
                 "Desired": size.desired, "Faults": size.faults, "Scales": size.scales}
    lines = ("SPECIFICATION Spec", "CONSTANTS", *(f"  {name} = {value}" for name, value in constants.items()),
             *(f"INVARIANT {name}" for name in INVARIANTS))
    return "\n".join(lines) + "\n"


def write_module(size: Size, folder: Path) -> None:
    """Writes the module and its configuration into a folder."""
    module = files("tests.benchmarks.explorer.peers") / f"{MODULE}.tla"
    (folder / f"{MODULE}.tla").write_text(module.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / f"{MODULE}.cfg").write_text(configuration(size), encoding="utf-8")
