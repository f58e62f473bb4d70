"""The work queue over two keys: what comes while a key is in flight."""

from seatrial.properties.checking.symbolic.models import workqueue

KEY = workqueue.Key(changed=False, waiting=0, queued=False, in_flight=False, current=False)
QUEUE = workqueue.Queue(KEY, KEY, 1)


def test_a_key_in_flight_is_queued_again() -> None:
    """By an event that comes meanwhile, and by a plan that fails."""
    s = workqueue.sync(workqueue.deliver(workqueue.change(QUEUE, workqueue.ONE), workqueue.ONE), workqueue.ONE)
    assert (True, 0) == (s.one.current, s.free)
    again = workqueue.deliver(workqueue.change(s, workqueue.ONE), workqueue.ONE)
    assert (True, True) == (again.one.queued, workqueue.NOT_LOST.holds(workqueue.end(again, workqueue.ONE, 0, 0)))
    assert not workqueue.end(s, workqueue.ONE, 0, 0).one.changed
    assert workqueue.end(s, workqueue.ONE, 1, 0).one.queued
