"""Where the reference manifests are: beside the project, never in it."""

import os
from pathlib import Path

import pytest

MANIFESTS = Path(__file__).resolve().parents[4] / "shared" / "manifests"


def reference_files(folder: str, *suffixes: str) -> list[Path]:
    """The files of one folder of the reference manifests; none if they are not there."""
    return sorted(path for path in (MANIFESTS / folder).glob("*") if path.suffix in suffixes)


def require_references() -> None:
    """Skip the test without the reference manifests; under CI their absence is a failure."""
    if MANIFESTS.is_dir():
        return
    reason = "the reference manifests are not beside the project (../shared/manifests)"
    if os.environ.get("CI", "").lower() in {"true", "1"}:
        pytest.fail(reason)
    pytest.skip(reason)
