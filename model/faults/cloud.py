"""The cloud fails: a call to it is not done, or is done and never answered.

Its step belongs to the cloud (`seatrial.model.cloud.provider`); this record names its budget.
"""

from seatrial.model.cloud.provider import BUDGET, FAILURES
from seatrial.model.faults.fault import Fault

FAULT = Fault(BUDGET, "a call to the cloud fails, or its answer is lost", FAILURES)
