"""The API server's clock."""

from seatrial.model.view import Cell, View

CLOCK = Cell("clock")


def now(view: View) -> int:
    """The time, in seconds."""
    return int(view[CLOCK] or 0)
