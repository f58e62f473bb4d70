"""Everything that may go wrong: one module per fault, each with its FAULT, listed by name."""

from seatrial.model.faults import calls, crash, watches

FAULTS = (calls.FAULT, crash.FAULT, watches.FAULT)
