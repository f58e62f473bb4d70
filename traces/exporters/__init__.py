"""Counterexamples in the forms people share them in, listed by name."""

from collections.abc import Callable

from seatrial.model.cluster import Cluster
from seatrial.traces.codec import Trace
from seatrial.traces.exporters.markdown import export_markdown
from seatrial.traces.exporters.mermaid import export_mermaid
from seatrial.traces.exporters.pytest_file import export_pytest
from seatrial.traces.exporters.text import export_text

Exporter = Callable[[Trace, tuple[Cluster, ...], str], str]
EXPORTERS: dict[str, Exporter] = {
    "markdown": export_markdown, "mermaid": export_mermaid, "pytest": export_pytest, "text": export_text,
}
