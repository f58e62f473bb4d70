"""Fields in the API server's notation lead to paths of the tree."""

import pytest

from seatrial.traces.importers.marks import resolved

TREE = {"spec": {"ports": [{"name": "a"}], "limits": {"cpu": 1, "example.com/gpu": 2}}}


@pytest.mark.parametrize(
    "field, path",
    [
        ("spec.ports[0].name", ("spec", "ports", 0, "name")),
        ("spec.limits[cpu]", ("spec", "limits", "cpu")),
        ("spec.limits[example.com/gpu]", ("spec", "limits", "example.com/gpu")),
        ("metadata.name", ("metadata", "name")),
        ("", ()),
    ],
)
def test_fields_become_paths(field: str, path: tuple[str | int, ...]) -> None:
    """Indexes are numbers in lists and keys in mappings; dots inside brackets do not split."""
    assert path == resolved(TREE, field)
