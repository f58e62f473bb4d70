"""What tests of several parts stand on."""

import signal
from collections.abc import Iterator

import pytest


@pytest.fixture
def in_the_foreground() -> Iterator[None]:
    """Ctrl-C is heard: a process that was started in the background ignores it, and so would what is tested."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
