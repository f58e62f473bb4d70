"""Images that do not arrive: see `seatrial.model.node.runtime`. The kubelet asks again after a back-off."""

from seatrial.model.faults.fault import Fault
from seatrial.model.node.runtime import PULL_FAULTS

FAULT = Fault("pull", "an image cannot be pulled", PULL_FAULTS)
