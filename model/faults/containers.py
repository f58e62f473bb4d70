"""Containers that end before their time: by themselves, for want of memory, or created by a call that timed out.

What each step does is the runtime's: see `seatrial.model.node.runtime`.
"""

from seatrial.model.faults.fault import Fault
from seatrial.model.node.runtime import CONTAINER_FAULTS

FAULT = Fault(
    "containers",
    "a container ends with 1, is killed for want of memory, or is created by a call that times out",
    CONTAINER_FAULTS,
    ("exit", "oom", "cri-lost"),
)
