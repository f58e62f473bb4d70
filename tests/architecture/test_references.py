"""Nothing in the model is there for a test alone: whatever it defines, a run, a property or a trace leads to it.

The references are followed from properties/, traces/ and what modules of model/ do when they are imported, through
every definition on the way: two functions that only call each other are as dead as one. A method counts as used when
anything that is reached names an attribute like it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import attrs

ROOT = Path(__file__).resolve().parents[2]
TOPS = ("model", "properties", "traces")
Name = tuple[str, str]
Definition = ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign

# What only a user's own code calls, with the reason: "module:name".
ENTRY_POINTS: dict[str, str] = {}


@attrs.define
class Module:
    """A module: where its names come from, what it defines, and what else it does."""

    imports: dict[str, tuple[str, str]] = attrs.Factory(dict)
    defined: dict[str, Definition] = attrs.Factory(dict)
    rest: list[ast.stmt] = attrs.Factory(list)


def targets_of(node: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    """The names that an assignment gives a value."""
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        yield from (each.id for each in ast.walk(target) if isinstance(each, ast.Name))


def read_module(path: Path) -> Module:
    """A module's text, taken apart."""
    tree, found = ast.parse(path.read_text(encoding="utf-8")), Module()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found.imports |= {each.asname or each.name: (node.module or "", each.name) for each in node.names}
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            found.defined[statement.name] = statement
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            found.defined |= dict.fromkeys(targets_of(statement), statement)
        else:
            found.rest.append(statement)
    return found


def read_all(root: Path) -> dict[str, Module]:
    """Every module by its import name."""
    found = {}
    for path in sorted(each for top in TOPS for each in (root / top).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(("seatrial", *parts)).removesuffix(".__init__")] = read_module(path)
    return found


def resolve(modules: dict[str, Module], module: str, name: str) -> Name | None:
    """Where a name that a module uses is defined; packages may pass names on."""
    for _ in range(len(modules)):
        held = modules.get(module)
        if held is None:
            return None
        if name in held.defined:
            return module, name
        if name not in held.imports:
            return None
        module, name = held.imports[name]
    return None


def references(modules: dict[str, Module], module: str, node: ast.AST) -> Iterator[Name]:
    """The definitions that a piece of a module refers to, by name or as an attribute of an imported module."""
    for each in ast.walk(node):
        found = None
        if isinstance(each, ast.Name):
            found = resolve(modules, module, each.id)
        elif isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name):
            source = ".".join(modules[module].imports.get(each.value.id, ()))
            found = resolve(modules, source, each.attr)
        if found is not None:
            yield found


def reached(modules: dict[str, Module]) -> dict[Name, Definition]:
    """Every definition that a run, a property or a trace leads to."""
    todo: list[Name] = []
    for name, module in modules.items():
        todo += [] if name.startswith("seatrial.model") else [(name, each) for each in module.defined]
        todo += [found for statement in module.rest for found in references(modules, name, statement)]
    seen: dict[Name, Definition] = {}
    while todo:
        at = todo.pop()
        if at not in seen:
            seen[at] = modules[at[0]].defined[at[1]]
            todo += references(modules, at[0], seen[at])
    return seen


def unused(root: Path) -> list[str]:
    """The functions, classes and methods of the model that nothing but a test could use."""
    modules = read_all(root)
    alive = reached(modules)
    asked = {each.attr for node in alive.values() for each in ast.walk(node) if isinstance(each, ast.Attribute)}
    found = []
    for module, held in modules.items():
        for name, node in held.defined.items() if module.startswith("seatrial.model") else ():
            if not isinstance(node, ast.FunctionDef | ast.ClassDef):
                continue
            if (module, name) not in alive:
                found.append(f"{module}:{name}")
            elif isinstance(node, ast.ClassDef):
                found += [f"{module}:{name}.{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)
                          and not each.name.startswith("__") and each.name not in asked]
    return found


def test_everything_in_the_model_is_used_by_more_than_tests() -> None:
    """A rule that no run follows would be held against Kubernetes while the model does something else."""
    found = [each for each in unused(ROOT) if each not in ENTRY_POINTS]
    assert [] == found, f"make the model use it, or remove it with its test and adapter: {', '.join(found)}"


def test_every_entry_point_is_one() -> None:
    """An entry of the list that is used, or gone, hides nothing and goes; each says why it is there."""
    assert [] == [each for each in ENTRY_POINTS if each not in unused(ROOT)]
    assert all(ENTRY_POINTS.values())


def test_what_only_tests_call_is_found(tmp_path: Path) -> None:
    """Negative control: a function nobody calls, one that only it calls, a class, a method; no more than these."""
    texts = {
        "model/__init__.py": "from seatrial.model.rules import passed_on\n",
        "model/rules.py": (
            "LIMIT = 3\n\ndef used():\n    return LIMIT\n\ndef passed_on():\n    return Kept().asked()\n\n"
            "def lonely():\n    return _inner()\n\ndef _inner():\n    return lonely()\n\n"
            "class Kept:\n    def asked(self): ...\n    def unasked(self): ...\n\nclass Idle: ...\n"),
        "properties/all.py": "from seatrial.model import passed_on, rules\n\nP = (passed_on, rules.used)\n",
        "tests/test_rules.py": "from seatrial.model.rules import Idle, lonely\n\nlonely(Idle)\n",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    rules = "seatrial.model.rules"
    assert [f"{rules}:lonely", f"{rules}:_inner", f"{rules}:Kept.unasked", f"{rules}:Idle"] == unused(tmp_path)
