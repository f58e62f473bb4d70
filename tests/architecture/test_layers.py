"""The layers: model <- properties <- traces; the model is pure; modules are short and keep their constants."""

import ast
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from seatrial.model.controllers import CONTROLLERS
from seatrial.model.faults import FAULTS
from seatrial.model.variants import VARIANTS

ROOT = Path(__file__).resolve().parents[2]
# What a pure module may take from the standard library: no I/O, no clock, no chance, nothing that remembers.
PURE = ("__future__", "bisect", "collections", "contextlib", "dataclasses", "enum", "fractions", "functools", "hashlib",
        "heapq", "itertools", "json", "math", "operator", "re", "string", "types", "typing", "decimal", "copy",
        "ipaddress", "struct", "base64", "binascii", "unicodedata", "abc")
IMPURE = ("random", "time", "os", "datetime", "io", "pathlib", "subprocess", "socket", "threading", "secrets", "uuid")
LONG, TOO_LONG = 400, 450


def modules_of(top: str, root: Path = ROOT) -> tuple[Path, ...]:
    """The modules of a top-level folder."""
    return tuple(sorted((root / top).rglob("*.py")))


def imports_of(path: Path) -> Iterator[str]:
    """The full name of every module that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def breaches(paths: tuple[Path, ...], allowed: tuple[str, ...]) -> list[str]:
    """The imports of these files that are none of the allowed ones, nor below them."""
    return [f"{path.name}: {name}" for path in paths for name in imports_of(path)
            if not any(name == each or name.startswith(f"{each}.") for each in allowed)]


def test_the_model_imports_nothing_but_the_pure_part_of_the_library_attrs_and_itself() -> None:
    """Law 1: no I/O, clock or randomness is within its reach."""
    assert [] == breaches(modules_of("model"), (*PURE, "attrs", "seatrial.model"))
    assert set() == set(PURE) & set(IMPURE)
    assert set(PURE) <= set(sys.stdlib_module_names)


def test_properties_do_not_know_of_traces() -> None:
    """The middle layer may use anything but the layer above it."""
    assert [] == [f"{path.name}: {name}" for path in modules_of("properties") for name in imports_of(path)
                  if name.startswith(("seatrial.traces", "tests"))]


@pytest.mark.parametrize("top", ["model", "properties", "traces"])
def test_nothing_that_is_installed_imports_the_tests(top: str) -> None:
    """Nor a test tool's internals."""
    assert [] == [f"{path.name}: {name}" for path in modules_of(top) for name in imports_of(path)
                  if name == "tests" or name.startswith(("tests.", "_pytest"))]


def test_a_forbidden_import_is_seen(tmp_path: Path) -> None:
    """Negative control: at the top, inside a function, in either form."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "bad.py").write_text(
        "import attrs\nimport random\n\n"
        "def late():\n    from os import path\n    import seatrial.properties.property\n",
        encoding="utf-8")
    assert ["bad.py: random", "bad.py: os", "bad.py: seatrial.properties.property"] == breaches(
        modules_of("model", tmp_path), (*PURE, "attrs", "seatrial.model"))


def lengths() -> dict[str, int]:
    """The lines of every module that is installed."""
    return {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
            for top in ("model", "properties", "traces") for path in modules_of(top)}


IN_ONE_FILE = {
    "properties/checking/explore/kernels.py": "compiled code is cached with its file: what it calls is there too",
}


def test_no_module_is_too_long() -> None:
    """A module of more than about 400 lines has more than one subject; those that are near it are listed on failure."""
    found = lengths()
    near = [f"{name}: {count}" for name, count in found.items() if count > LONG]
    assert [] == [name for name, count in found.items() if count > TOO_LONG and name not in IN_ONE_FILE], (
        f"over {LONG} lines: {near}")
    assert [] == [name for name in IN_ONE_FILE if found[name] <= TOO_LONG], "these need no exception any more"


def test_every_module_says_what_it_is() -> None:
    """It opens with a docstring."""
    assert [] == [str(path.relative_to(ROOT)) for top in ("model", "properties", "traces") for path in modules_of(top)
                  if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]


def defining(constant: str, *folders: str) -> list[str]:
    """The modules in these folders that define a constant at the top."""
    found = []
    for folder in folders:
        for path in sorted((ROOT / folder).glob("*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(
                    node, ast.AnnAssign) else []
                if any(isinstance(each, ast.Name) and each.id == constant for each in targets):
                    found.append(f"seatrial.{folder.replace('/', '.')}.{path.stem}")
    return found


@pytest.mark.parametrize(("constant", "folder", "listed"), [
    ("CONTROLLER", "model/controllers", CONTROLLERS), ("FAULT", "model/faults", FAULTS),
    ("VARIANT", "model/variants", VARIANTS),
])
def test_every_constant_is_in_its_package_list(constant: str, folder: str, listed: tuple[object, ...]) -> None:
    """A controller, fault or variant that is written but not listed would never run."""
    held = [getattr(import_module(name), constant) for name in defining(constant, folder)]
    assert held
    assert [] == [each for each in held if each not in listed]
    assert [] == [each for each in listed if each not in held]


@pytest.mark.parametrize("package", ["safety", "liveness"])
def test_every_property_module_is_in_its_package_list(package: str) -> None:
    """Each has its PROPERTIES, and the package names it."""
    listed = {module.__name__ for module in import_module(f"seatrial.properties.{package}").MODULES}
    assert set(defining("PROPERTIES", f"properties/{package}")) == listed
