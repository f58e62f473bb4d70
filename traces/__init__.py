"""How runs are shared: traces, exporters, importers, the command line and the pytest plugin."""

from typing import Any


def __getattr__(name: str) -> Any:  # noqa: ANN401 -- module attributes
    """Gives `check` and its settings without importing the engines until they are asked for."""
    if name in ("PropertyViolated", "Settings", "VerdictUnknown", "check"):
        from seatrial.traces import api  # noqa: PLC0415 -- lazily

        return getattr(api, name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
