"""Everything that may go wrong: one module per fault, each with its FAULT, listed by name."""

from seatrial.model.faults import apiserver, calls, crash, lagging, partition, recreate, watches

FAULTS = (
    apiserver.FAULT,
    calls.FAULT,
    crash.FAULT,
    lagging.FAULT,
    partition.FAULT,
    recreate.FAULT,
    watches.FAULT,
)
