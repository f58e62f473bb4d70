"""Two writers of one number."""

from seatrial.properties.checking.symbolic.models import writers


def test_two_writers_pull() -> None:
    """The ReplicaSet follows whoever wrote last."""
    s = writers.Tug(1, 3, 1, 1)
    pulled = writers.follow(writers.MODEL.transition("second-writes").step(s))
    assert (3, 3) == (pulled.replicas, pulled.pods)
    assert not writers.SETTLED.holds(pulled)
