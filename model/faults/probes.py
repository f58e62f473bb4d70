"""Probes that fail: see `seatrial.model.node.probes`.

One unit of budget is as many failures in a row as the probe's threshold asks.
"""

from seatrial.model.faults.fault import Fault
from seatrial.model.node import probes

FAULT = Fault("probe", "a startup, readiness or liveness probe fails", probes.FAULTS)
