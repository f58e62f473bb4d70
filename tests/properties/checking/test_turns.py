"""Why a run without end is fair, read off the run."""

from seatrial.model.actions import Action
from seatrial.model.cluster import enabled, step
from seatrial.properties.checking.replay import replay
from seatrial.properties.checking.turns import because, obligations, units_of
from tests.properties.checking.scenarios import fight, painter, poller

SYNC = Action("Sync", "blue", "default/web")


def test_who_has_a_turn_and_who_cannot_move_all_the_time() -> None:
    """The poller goes round; the painter waits for a turn, which only shows if it cannot move in between."""
    initial = fight(poller("poll"), painter("blue", "blue"))
    (sync,) = (action for action in enabled(initial) if action.process == "poll")
    states = replay(initial, (sync,))
    assert ["poll's Sync of default/web is taken at step 1"] == [
        str(each) for each in obligations(states, (sync,), 0)]
    assert {SYNC, Action("Sync", "poll", "default/web")} == {*units_of(initial)}
    before, after = initial, step(initial, SYNC)
    assert "blue's Request of default/web is not enabled at the start" in [
        str(each) for each in obligations((before, after), (SYNC,), 0)]


def test_at_rest_nobody_has_a_turn() -> None:
    """One sentence says so."""
    assert ("nothing but users and faults can move after step 3",) == because((), (SYNC,) * 3, None)
    assert ("nothing but users and faults can move at the start",) == because((), (), None)
