"""What a generated regression test calls: replays a trace against the model and the user's controllers of today."""

import json

from seatrial.properties.checking.replay import ReplayDisagrees, judge, replay
from seatrial.traces.codec import property_of, trace_from_json
from seatrial.traces.scopes import initial_of


def replay_text(text: str) -> str | None:
    """The sentence of the violation if the trace still ends in one; None if it does not, or cannot be followed."""
    trace = trace_from_json(json.loads(text))
    try:
        states = replay(initial_of(trace.scope), trace.found.actions)
    except ReplayDisagrees:
        return None
    return judge(property_of(trace), states, trace.found)
