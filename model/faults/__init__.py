"""Everything that may go wrong: one module per fault, each with its FAULT, listed by name."""

from seatrial.model.faults import (
    apiserver,
    calls,
    cloud,
    compaction,
    containers,
    crash,
    images,
    lagging,
    node,
    partition,
    probes,
    recreate,
    watches,
)

FAULTS = (
    apiserver.FAULT,
    calls.FAULT,
    cloud.FAULT,
    compaction.FAULT,
    containers.FAULT,
    crash.FAULT,
    images.FAULT,
    lagging.FAULT,
    node.FAULT,
    partition.FAULT,
    probes.FAULT,
    recreate.FAULT,
    watches.FAULT,
)
