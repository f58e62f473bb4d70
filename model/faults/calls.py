"""Calls that go astray: refused (not applied), lost (applied, no answer), late (applied after the client gave up).

Their steps are the outcomes of `Request` and `ArriveLate` in `seatrial.model.client.process`; this record names their
budgets. Lost and late creates have budgets of their own: they leave objects that nobody expects.
"""

from seatrial.model.faults.fault import Fault

FAULT = Fault(
    "calls",
    "a request is refused, its answer is lost, or it is applied late",
    (),
    ("refused", "lost", "late", "lost-create", "late-create"),
)
