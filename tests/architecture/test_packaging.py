"""What is installed is what is on disk: the package list, the type markers and the import names."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOP_LEVEL = ("model", "properties", "traces")


def packages_on_disk(root: Path) -> tuple[str, ...]:
    """The import name of every folder under the top-level folders of root that holds an __init__.py."""
    found = (
        path.parent.relative_to(root) for top in TOP_LEVEL for path in (root / top).rglob("__init__.py")
    )
    return tuple(sorted("seatrial." + ".".join(folder.parts) for folder in found))


def setuptools_table() -> dict[str, object]:
    """The [tool.setuptools] table of pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        table = tomllib.load(file)["tool"]["setuptools"]
    assert isinstance(table, dict)
    return table


def listed_packages() -> tuple[str, ...]:
    """The packages that pyproject.toml installs."""
    packages = setuptools_table()["packages"]
    assert isinstance(packages, list)
    return tuple(packages)


def test_every_package_on_disk_is_listed() -> None:
    """A folder with an __init__.py that is not in the list would be missing from the wheel."""
    missing = [name for name in packages_on_disk(ROOT) if name not in listed_packages()]
    lines = "\n".join(f'    "{name}",' for name in missing)
    assert not missing, f"Add to `packages` under [tool.setuptools] in pyproject.toml:\n{lines}"


def test_every_listed_package_is_on_disk() -> None:
    """A name in the list without its folder breaks the build."""
    extra = [name for name in listed_packages() if name not in packages_on_disk(ROOT)]
    lines = "\n".join(f'    "{name}",' for name in extra)
    assert not extra, f"Remove from `packages` under [tool.setuptools] in pyproject.toml:\n{lines}"


def test_the_list_is_sorted_and_free_of_repeats() -> None:
    """A sorted list has one place for a new line."""
    assert sorted(set(listed_packages())) == list(listed_packages())


def test_a_folder_without_an_entry_is_found(tmp_path: Path) -> None:
    """Negative control: the comparison sees a new package, however deep."""
    for folder in ("model/meta", "traces"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "__init__.py").touch()
    assert ("seatrial.model.meta", "seatrial.traces") == packages_on_disk(tmp_path)


@pytest.mark.parametrize("top", TOP_LEVEL)
def test_each_top_level_folder_is_typed_and_mapped(top: str) -> None:
    """Users' type checkers see the types, and mypy here sees the import name."""
    assert (ROOT / top / "py.typed").is_file()
    assert (ROOT / ".mypy" / "seatrial" / top).resolve() == ROOT / top
    mapping = setuptools_table()["package-dir"]
    assert isinstance(mapping, dict)
    assert top == mapping[f"seatrial.{top}"]


def test_every_package_imports_by_its_installed_name(tmp_path: Path) -> None:
    """From a folder that is not the project's, every listed package can be imported."""
    code = "import importlib; [importlib.import_module(n) for n in " + repr(listed_packages()) + "]"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (0, "") == (done.returncode, done.stderr)
