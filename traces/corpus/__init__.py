"""Recorded traces that are replayed by the tests."""
