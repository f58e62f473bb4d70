"""A counterexample as a complete pytest file: paste it into a repository, and it fails while the bug lives."""

from seatrial.model.cluster import Cluster
from seatrial.traces.codec import Trace, dump_trace
from seatrial.traces.exporters.text import headline


def export_pytest(trace: Trace, states: tuple[Cluster, ...], command: str) -> str:
    """The source of a regression test that replays the trace."""
    del states
    name = "".join(each if each.isalnum() else "_" for each in trace.found.property)
    quoted = dump_trace(trace).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    words = headline(trace).replace("\\", "\\\\").replace('"""', "'''")
    return f'''"""{words}

Found by: {command.replace('"""', "")}
"""

from seatrial.traces.regression import replay_text

TRACE = """\\
{quoted}"""


def test_{name}_is_kept() -> None:
    """The run that once broke {trace.found.property} no longer does: it holds, or the run is not possible any more."""
    assert replay_text(TRACE) is None
'''
