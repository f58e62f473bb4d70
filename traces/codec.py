"""Traces as JSON: everything a replay needs, and nothing of the machine that found it.

A trace holds the scope (objects as the API prints them, budgets, gates, hypotheses, users, the variant), the actions,
and what was found. Version 1; a file of another version, or with an unknown field, is refused by name.
"""

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import attrs

from seatrial.model.actions import Action
from seatrial.model.api.registry import BY_NAME as KIND_BY_NAME
from seatrial.model.api.registry import kind_of_object
from seatrial.model.api.unstructured import Unstructured
from seatrial.model.api.wire import DecodeError, from_json, to_json
from seatrial.model.client.controller import Controller
from seatrial.model.frozen import FrozenMap, freeze, thaw
from seatrial.model.scope import Scope
from seatrial.model.users import UserAction
from seatrial.properties.checking.verdict import Counterexample
from seatrial.properties.property import Property
from seatrial.properties.registry import BY_NAME

VERSION = 1
TOOL = "0.1.0"
KUBERNETES = "1.36"
Tree = dict[str, Any]


class TraceError(ValueError):
    """A trace that cannot be used: the file, the field, what was expected."""


@attrs.frozen
class Trace:
    """A counterexample with the scope it lives in and the seed that found it."""

    scope: Scope
    found: Counterexample
    kind: str
    seed: int | None = None
    source: tuple[str, ...] = ()


def trace_to_json(trace: Trace) -> Tree:
    """The trace as a JSON tree, keys in a fixed order."""
    found = trace.found
    return {
        "seatrial": {"version": VERSION, "tool": TOOL, "kubernetes": KUBERNETES},
        "property": found.property,
        "kind": trace.kind,
        "sentence": found.sentence,
        "seed": trace.seed,
        "source": list(trace.source),
        "scope": scope_to_json(trace.scope),
        "stem": found.stem,
        "loop": found.loop,
        "actions": [action_to_json(action) for action in found.actions],
    }


def dump_trace(trace: Trace) -> str:
    """The trace as text; the same trace gives the same bytes."""
    return json.dumps(trace_to_json(trace), indent=1, ensure_ascii=False) + "\n"


def load_trace(path: Path) -> Trace:
    """Reads a trace file; raises TraceError naming the field that does not fit."""
    try:
        tree = json.loads(path.read_bytes().decode("utf-8"))
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        message = f"{path}: not a trace: {error}"
        raise TraceError(message) from error
    try:
        return trace_from_json(tree)
    except (TraceError, DecodeError) as error:
        message = f"{path}: {error}"
        raise TraceError(message) from error


def trace_from_json(tree: Any) -> Trace:  # noqa: ANN401 -- a JSON tree
    """A trace from its JSON tree; raises TraceError naming the field that does not fit."""
    fields = _fields(tree, "", FIELDS)
    head = _fields(fields["seatrial"], "seatrial", {"version": int, "tool": str, "kubernetes": str})
    if head["version"] != VERSION:
        message = f"seatrial.version: this tool reads version {VERSION}, the file has {head['version']!r}"
        raise TraceError(message)
    actions = tuple(action_from_json(each, f"actions[{at}]") for at, each in enumerate(fields["actions"]))
    if not 0 <= fields["stem"] <= len(actions):
        message = f"stem: expected a number from 0 to {len(actions)}, the number of actions, found {fields['stem']}"
        raise TraceError(message)
    found = Counterexample(fields["property"], actions, fields["sentence"], fields["stem"], fields["loop"])
    return Trace(scope_from_json(fields["scope"]), found, fields["kind"], fields["seed"], tuple(fields["source"]))


OPTIONAL_INT = (int, type(None))
FIELDS: dict[str, Any] = {
    "seatrial": dict, "property": str, "kind": str, "sentence": str, "seed": OPTIONAL_INT, "source": list,
    "scope": dict, "stem": int, "loop": OPTIONAL_INT, "actions": list,
}
SCOPE_FIELDS: dict[str, Any] = {
    "controllers": list, "objects": list, "kubelets": bool, "proxies": bool, "users": list, "budgets": dict,
    "gates": dict, "hypotheses": list, "versions": int, "timed": bool, "secured": bool,
    "images": (list, type(None)), "variant": str,
}
LATER_SCOPE_FIELDS: dict[str, int | bool] = {"at_rest": False, "generations": 0, "history": 0, "names": 0}
"""What a scope got after the first traces were written, each left out while it is what it is here."""
NAMES = {dict: "a mapping", str: "a string", int: "a whole number", list: "a list", bool: "true or false",
         type(None): "null"}


def _fields(tree: Any, path: str, expected: dict[str, Any]) -> Tree:  # noqa: ANN401 -- a JSON tree
    """Checks that a mapping has exactly these fields, of these types."""
    where = f"{path}." if path else ""
    if not isinstance(tree, dict):
        message = f"{path or 'the file'}: expected a mapping with {', '.join(expected)}"
        raise TraceError(message)
    for name in tree:
        if name not in expected:
            message = f"{where}{name}: a trace has no such field; it has {', '.join(expected)}"
            raise TraceError(message)
    for name, types in expected.items():
        if name not in tree:
            message = f"{where}{name}: the field is missing"
            raise TraceError(message)
        options = types if isinstance(types, tuple) else (types,)
        if not isinstance(tree[name], options) or (isinstance(tree[name], bool) and bool not in options):
            wanted = " or ".join(NAMES[each] for each in options)
            message = f"{where}{name}: expected {wanted}, found {tree[name]!r:.60}"
            raise TraceError(message)
    return tree


def action_to_json(action: Action) -> Tree:
    """An action; empty words are left out."""
    words = {"step": action.step, "process": action.process, "key": action.key, "choice": action.choice}
    return {name: word for name, word in words.items() if word}


def action_from_json(tree: Any, path: str) -> Action:  # noqa: ANN401 -- a JSON tree
    """An action from its JSON tree."""
    known = ("step", "process", "key", "choice")
    if not isinstance(tree, dict) or "step" not in tree:
        message = f"{path}: expected a mapping with a step"
        raise TraceError(message)
    for name, word in tree.items():
        if name not in known or not isinstance(word, str):
            message = f"{path}.{name}: expected one of {', '.join(known)}, each a string"
            raise TraceError(message)
    return Action(**tree)


def scope_to_json(scope: Scope) -> Tree:
    """A scope; a user's own controllers are named as module:NAME."""
    return {
        "controllers": [name_of(each) for each in scope.controllers],
        "objects": [object_to_json(each) for each in scope.objects],
        "kubelets": scope.kubelets, "proxies": scope.proxies,
        "users": [user_to_json(each) for each in scope.users],
        "budgets": dict(scope.budgets), "gates": dict(scope.gates), "hypotheses": list(scope.hypotheses),
        "versions": scope.versions, "timed": scope.timed, "secured": scope.secured,
        "images": None if scope.images is None else list(scope.images), "variant": scope.variant,
    } | {name: getattr(scope, name) for name, usual in LATER_SCOPE_FIELDS.items() if getattr(scope, name) != usual}


def scope_from_json(tree: Tree) -> Scope:
    """A scope from its JSON tree, its variant not yet applied."""
    types = {name: type(usual) for name, usual in LATER_SCOPE_FIELDS.items()}
    fields = _fields({**LATER_SCOPE_FIELDS, **tree}, "scope", SCOPE_FIELDS | types)
    return Scope(
        controllers=tuple(controller_named(name) for name in fields["controllers"]),
        objects=tuple(object_from_json(each, f"scope.objects[{at}]") for at, each in enumerate(fields["objects"])),
        kubelets=fields["kubelets"], proxies=fields["proxies"],
        users=tuple(user_from_json(each, f"scope.users[{at}]") for at, each in enumerate(fields["users"])),
        budgets=FrozenMap(fields["budgets"]), gates=FrozenMap(fields["gates"]),
        hypotheses=tuple(fields["hypotheses"]), versions=fields["versions"], timed=fields["timed"],
        secured=fields["secured"], images=None if fields["images"] is None else tuple(fields["images"]),
        variant=fields["variant"], **{name: fields[name] for name in LATER_SCOPE_FIELDS})


def name_of(controller: str | Controller) -> str:
    """How a trace names a controller: a user's own as module:NAME, where its module has it under a name."""
    if isinstance(controller, str):
        return controller
    return controller.source or _where_it_is(controller) or controller.name


def _where_it_is(controller: Controller) -> str:
    """The module of a controller's sync and the name under which it holds the controller, or ""."""
    module = sys.modules.get(controller.sync.__module__)
    names = [name for name, value in sorted(vars(module).items()) if value is controller] if module else []
    return f"{controller.sync.__module__}:{names[0]}" if names else ""


def controller_named(name: Any) -> str | Controller:  # noqa: ANN401 -- a JSON tree
    """A built-in controller by its name, or a user's own from module:NAME; raises TraceError."""
    if not isinstance(name, str):
        message = f"scope.controllers: expected names, found {name!r}"
        raise TraceError(message)
    if ":" not in name:
        return name
    module, _, attribute = name.partition(":")
    try:
        found = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        message = f"scope.controllers: {name}: cannot be imported: {error}; run from the folder that holds the module"
        raise TraceError(message) from error
    if not isinstance(found, Controller):
        message = f"scope.controllers: {name} is not a Controller but a {type(found).__name__}"
        raise TraceError(message)
    return attrs.evolve(found, source=name)


def properties_beside(controllers: tuple[str | Controller, ...]) -> tuple[Property, ...]:
    """The PROPERTIES in the modules of a user's own controllers."""
    found: dict[str, Property] = {}
    for each in controllers:
        if isinstance(each, Controller) and each.source:
            module = import_module(each.source.partition(":")[0])
            found.update({prop.name: prop for prop in getattr(module, "PROPERTIES", ())})
    return tuple(found.values())


def property_of(trace: Trace) -> Property:
    """The property that a trace is about: a built-in one, or one beside its controllers; raises TraceError."""
    beside = {each.name: each for each in properties_beside(trace.scope.controllers)}
    found = beside.get(trace.found.property) or BY_NAME.get(trace.found.property)
    if found is None:
        message = (f"property: there is no property {trace.found.property!r}; one of your own belongs into a tuple "
                   "PROPERTIES in the module of its controller")
        raise TraceError(message)
    return found


def object_to_json(value: Any) -> Tree:  # noqa: ANN401 -- any object
    """An object as the API prints it."""
    kind = kind_of_object(value)
    return {"apiVersion": kind.api_version, "kind": kind.name, **to_json(value)}


def object_from_json(tree: Any, path: str) -> Any:  # noqa: ANN401 -- a JSON tree to an object
    """An object of a built-in kind, or a custom resource."""
    if not isinstance(tree, dict) or not isinstance(tree.get("kind"), str):
        message = f"{path}.kind: expected the name of a kind"
        raise TraceError(message)
    if tree["kind"] not in KIND_BY_NAME:
        return from_json(Unstructured, tree, path)
    rest = {key: value for key, value in tree.items() if key not in ("apiVersion", "kind")}
    return from_json(KIND_BY_NAME[tree["kind"]].type, rest, path)


USERS = {kind.__name__: kind for kind in get_args(UserAction)}


def user_to_json(user: Any) -> Tree:  # noqa: ANN401 -- one of the user actions
    """A user action: the name of its record and its fields."""
    fields = {field.name: getattr(user, field.name) for field in attrs.fields(type(user))}
    return {"action": type(user).__name__} | {
        name: object_to_json(value) if attrs.has(type(value)) else thaw(value) for name, value in fields.items()}


def user_from_json(tree: Any, path: str) -> Any:  # noqa: ANN401 -- a JSON tree to one of the user actions
    """A user action from its JSON tree; raises TraceError."""
    if not isinstance(tree, dict) or tree.get("action") not in USERS:
        message = f"{path}.action: expected one of {', '.join(sorted(USERS))}"
        raise TraceError(message)
    kind = USERS[tree["action"]]
    names = [field.name for field in attrs.fields(kind)]
    for name in tree:
        if name not in ("action", *names):
            message = f"{path}.{name}: {tree['action']} has no such field; it has {', '.join(names)}"
            raise TraceError(message)
    values = {name: object_from_json(value, f"{path}.{name}") if isinstance(value, dict) and "kind" in value
              else freeze(value) for name, value in tree.items() if name != "action"}
    try:
        return kind(**values)
    except TypeError as error:
        message = f"{path}: {error}"
        raise TraceError(message) from error
