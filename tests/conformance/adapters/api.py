"""The API server: defaulting, strategies, RBAC, admission, validation."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from seatrial.model.api.field_errors import FieldError
from seatrial.model.api.rbac import ClusterRole, ClusterRoleBinding, Role, RoleBinding
from seatrial.model.api.registry import BY_NAME, Kind, kind_of
from seatrial.model.api.unstructured import Unstructured
from seatrial.model.api.validation import VALIDATORS, validate_create
from seatrial.model.api.wire import DecodeError, from_json, to_json
from seatrial.model.apiserver.admission import (
    default_toleration_seconds,
    namespace_lifecycle,
    node_restriction,
    priority,
    resource_quota,
    service_account,
    taint_nodes_by_condition,
)
from seatrial.model.apiserver.admission.plugin import Plugin
from seatrial.model.apiserver.auth.rbac import Attributes, authorize, bound_rules
from seatrial.model.apiserver.implied import SERVICE_ACCOUNT_CONTROLLER
from seatrial.model.apiserver.request import NONE, Request
from seatrial.model.apiserver.request import request_of as request_of_call
from seatrial.model.apiserver.verbs import WRONG_NAMESPACE, first_generation, is_elsewhere, prepare_for_update
from seatrial.model.client.calls import Call, Done, Reply
from seatrial.model.client.controller import Controller
from seatrial.model.frozen import FrozenMap
from seatrial.model.meta.json_tree import PatchError
from seatrial.model.meta.patch_merge import apply_merge_patch, create_merge_patch
from seatrial.model.meta.patch_schema import PatchSchema, lookup_field, schema_of
from seatrial.model.meta.quantity import QuantityError
from seatrial.model.scope import Scope
from seatrial.model.system import System, assemble
from seatrial.model.view import Cell, View
from tests.conformance.adapter import Adapter
from tests.conformance.cases import Case
from tests.conformance.compare import as_multiset, by_member, exactly, reported

Tree = Mapping[str, Any]
VERSIONS = {"leases": "coordination.k8s.io/v1", "priorityclasses": "scheduling.k8s.io/v1"}
VERBS = {"CREATE": "create", "UPDATE": "update", "DELETE": "delete"}


def is_not_modelled_kind(given: Tree) -> bool:
    """A kind that the model has no type for."""
    tree = given.get("object") or given.get("new") or given
    return tree.get("kind") not in BY_NAME


def decode(tree: Tree) -> Any:
    """A JSON object as the model's type of its kind."""
    kind = BY_NAME.get(tree["kind"])
    rest = {key: value for key, value in tree.items() if key not in ("apiVersion", "kind")}
    return from_json(kind.type, rest) if kind else from_json(Unstructured, tree)


def encode(kind: Kind, value: Any) -> Tree:
    """The model's object as Go prints it."""
    if isinstance(value, Unstructured):
        return to_json(value)
    return {"apiVersion": kind.api_version, "kind": kind.name, **to_json(value)}


def run_defaulting(case: Case) -> Tree:
    """The manifest with its defaults."""
    kind = BY_NAME[case.input["kind"]]
    try:
        return encode(kind, kind.default(decode(case.input)))
    except DecodeError as error:
        return {"decode_error": str(error)}


def same_object(expected: Tree, actual: Tree) -> str:
    """The same object; of a manifest that cannot be read only that counts, not Go's words for it."""
    if "decode_error" in expected:
        return "" if "decode_error" in actual else "expected a decode error"
    return exactly(without_zeros(expected), without_zeros(actual))


def without_zeros(tree: Any) -> Any:
    """The tree without Go's zero values: whether they are printed is a matter of its JSON tags."""
    if isinstance(tree, list):
        return [without_zeros(held) for held in tree]
    if not isinstance(tree, dict):
        return tree
    found = {key: without_zeros(held) for key, held in tree.items()}
    return {key: held for key, held in found.items() if held not in ({}, [], "", 0, None)}


def has_unknown_fields(given: Tree) -> bool:
    """A field that its kind does not have: reading a file refuses it, so it never reaches the server."""
    trees = [given[key] for key in ("object", "old", "new") if key in given] or [given]
    return any(_unknown(tree, schema_of(tree.get("apiVersion", ""), tree["kind"])) for tree in trees)


def has_odd_version(given: Tree) -> bool:
    """A resourceVersion that is no number: versions are numbers in the model."""
    trees = [given[key] for key in ("object", "old", "new") if key in given]
    return any(not str(tree.get("metadata", {}).get("resourceVersion", "0")).isdigit() for tree in trees)


def _unknown(tree: Any, schema: PatchSchema) -> bool:
    if not isinstance(tree, dict) or schema.element().type not in schema.fields:
        return False
    for name, held in tree.items():
        try:
            field = lookup_field(schema, name)
        except PatchError:
            return True
        items = held if isinstance(held, list) else [held]
        inner = PatchSchema(field.schema.type.removeprefix("*").removeprefix("[]"), schema.fields)
        if any(_unknown(item, inner) for item in items):
            return True
    return False


# RBAC.


def stored(case: Case) -> View:
    """The roles and bindings of a case, in the store."""
    cells = {}
    kinds: tuple[tuple[str, str, Any], ...] = (
        ("roles", "roles", Role), ("clusterRoles", "clusterroles", ClusterRole),
        ("roleBindings", "rolebindings", RoleBinding),
        ("clusterRoleBindings", "clusterrolebindings", ClusterRoleBinding),
    )
    for field, resource, kind in kinds:
        for tree in case.input[field] or ():
            value = from_json(kind, tree)
            meta = value.metadata
            key = f"{meta.namespace}/{meta.name}" if meta.namespace else meta.name
            cells[Cell("object", "", resource, key)] = value
    return View(FrozenMap(cells))


def run_rbac(case: Case) -> Tree:
    """The authorizer's decision, and all rules of the user in the namespace asked about."""
    asked, user = case.input["request"], case.input["user"]
    groups = tuple(user["groups"] or ())
    attributes = Attributes(
        asked["verb"], asked["apiGroup"], asked["resource"], asked["subresource"], asked["name"],
        asked["namespace"], "" if asked["resourceRequest"] else asked["path"])
    view = stored(case)
    decision = authorize(view, user["name"], groups, attributes)
    found = tuple(bound_rules(view, user["name"], groups, asked["namespace"]))
    rules = [rule for _, held in found for rule in held]
    errors = tuple(source.error for source, _ in found if source.error)
    return {
        "allowed": decision.allowed, "reason": as_the_fake_says(decision.reason),
        "rules": [to_json(rule) for rule in rules] or None,
        "rules_error": as_the_fake_says(joined(errors)) if errors else None,
    }


def joined(errors: tuple[str, ...]) -> str:
    """Go's text for several errors."""
    texts = tuple(dict.fromkeys(errors))
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


def as_the_fake_says(text: str) -> str:
    """The case's roles come from a fake whose errors do not name the role."""
    short = re.sub(r'(role|clusterrole)\.rbac\.authorization\.k8s\.io "[^"]*" not found', r"\1 not found", text)
    found = re.search(r"\[(.*)\]$", short)
    if not found or "not found" not in short:
        return short
    return short[:found.start()] + joined(tuple(found[1].split(", ")))


# Admission.


def nothing_to_sync(local: object, key: str, choice: str) -> Done:
    """The account controller of the cases is only there."""
    del local, key, choice
    return Done()


def admit_with_stored_classes(view: View, system: System, request: Request) -> Request | Reply:
    """The cases' clusters have no PriorityClasses but those listed, not even the two that every real one has."""
    del system
    if request.call.resource != "pods":
        return request
    return priority.admit_pod(request, priority.stored_classes(view))


# A service account controller runs, so the default account is not implied: the case says what is there.
SYSTEM: System = assemble(Scope(), (Controller(SERVICE_ACCOUNT_CONTROLLER, (), nothing_to_sync),))
PRIORITY = attrs.evolve(priority.PLUGIN, mutate=admit_with_stored_classes)


def run_plugin(plugin: Plugin) -> Callable[[Case], str]:
    """Runs a plugin's mutation, then its validation, and compares what the real one did."""

    def run(case: Case) -> str:
        given, expect = case.input, case.expect
        view = View(FrozenMap(objects_of(given)))
        request = request_of(given)
        answer: Request | Reply = request
        handled = plugin.operations and request.operation in plugin.operations
        if plugin.handles(request.operation, given["resource"], given["subresource"]):
            for admit in (plugin.mutate, plugin.validate):
                if admit is not None and isinstance(answer, Request):
                    answer = admit(view, SYSTEM, answer)
        found: dict[str, Any] = {"allowed": not isinstance(answer, Reply), "error": None, "handled": bool(handled)}
        if isinstance(answer, Reply):
            found["error"] = {"reason": answer.reason, "text": answer.message}
        elif answer.new is not request.new:
            kind = request.kind
            found["changes"] = create_merge_patch(
                dict(encode(kind, request.new)), dict(encode(kind, answer.new)))
        wanted = {key: value for key, value in expect.items() if key != "calls"}
        if "changes" in wanted or "changes" in found:
            wanted.setdefault("changes", {})
            found.setdefault("changes", {})
        updates = [call for call in expect["calls"] if call["verb"] == "update"]
        charged = [call_of(view, given, each) for each in view.writes if each.table == "object"]
        return exactly({**wanted, "updates": updates}, {**found, "updates": charged})

    return run


def objects_of(given: Tree) -> dict[Cell, Any]:
    """The case's objects in the store: what is live replaces what is cached."""
    cells = {}
    for tree in (*given["cached"], *given.get("live", ())):
        meta = tree["metadata"]
        kind = BY_NAME.get(tree["kind"])
        resource = kind.resource if kind else {"PriorityClass": "priorityclasses"}.get(tree["kind"], tree["kind"])
        key = f"{meta['namespace']}/{meta['name']}" if meta.get("namespace") else meta["name"]
        cells[Cell("object", "", resource, key)] = decode(tree)
    return cells


def request_of(given: Tree) -> Request:
    """The request of a case; its object is defaulted, as admission sees it."""
    kind = BY_NAME.get((given.get("object") or given.get("old") or {}).get("kind", "")) or kind_of(given["resource"])
    key = f"{given['namespace']}/{given['name']}" if given["namespace"] else given["name"]
    if given["resource"] == "namespaces":
        key = given["name"]
    call = Call(VERBS.get(given["operation"], NONE), given["resource"], key, subresource=given["subresource"])
    if given["resource"] in VERSIONS:
        kind = attrs.evolve(kind, resource=given["resource"], api_version=VERSIONS[given["resource"]])
    old, new = (kind.default(decode(given[key])) if key in given else None for key in ("old", "object"))
    user = given.get("user", {"name": "someone", "groups": []})
    request = request_of_call(user["name"], tuple(user["groups"]), call)
    return attrs.evolve(request, kind=kind, old=old, new=new)


def call_of(view: View, given: Tree, cell: Cell) -> Tree:
    """A write of the plugin's own as a call: the charge of a quota."""
    namespace, _, name = cell.key.rpartition("/")
    before = next(each for each in given["cached"] if each["metadata"]["name"] == name)
    after = to_json(view[cell].status)
    return {"verb": "update", "resource": cell.kind, "subresource": "status", "namespace": namespace, "name": name,
            "diff": {"status": create_merge_patch(before["status"], after)}}


def has_stale_namespace(given: Tree) -> bool:
    """A create in a namespace that the plugin's cache does not know to be terminating."""
    going = [tree["metadata"]["name"] for tree in given.get("live", ()) if tree["status"].get("phase") == "Terminating"]
    return given["operation"] == "CREATE" and any(
        tree["kind"] == "Namespace" and tree["metadata"]["name"] in going and tree["status"].get("phase") == "Active"
        for tree in given["cached"])


def is_beyond_the_slice(given: Tree) -> bool:
    """A kubelet's lease or CSI node, which no modelled kubelet writes, or labels and configuration of its Node."""
    if given["resource"] not in ("pods", "nodes"):
        return True
    nodes = [given[key] for key in ("object", "old") if key in given and given[key]["kind"] == "Node"]
    return any("labels" in tree["metadata"] or "configSource" in tree["spec"] for tree in nodes)


def has_faults(given: Tree) -> bool:
    """The plugin's own writes fail: within the model's pipeline nobody comes between."""
    return bool(given.get("faults"))


# Strategies.


def run_strategy(case: Case) -> str:
    """What the strategy makes of an object before it is validated: compared as whole objects."""
    given = case.input
    tree = given["object"] if given["operation"] == "create" else given["new"]
    kind = BY_NAME[tree["kind"]]
    new = kind.default(decode(tree))
    if given["operation"] == "create":
        made = kind.for_create(new)
        generation = first_generation(kind, made.metadata)
        made = attrs.evolve(made, metadata=attrs.evolve(made.metadata, generation=generation))
    else:
        made = prepare_for_update(kind, kind.default(decode(given["old"])), new, given["subresource"])
    wanted = apply_merge_patch(tree, case.expect)
    return exactly(without_zeros(wanted), without_zeros(encode(kind, made)))


# Validation.


def run_validation_create(case: Case) -> Tree:
    """What is wrong with a new object, defaulted as the API server would."""
    tree = case.input["object"]
    try:
        read = encode_unknown(tree)
        namespaced = tree["kind"] not in BY_NAME or BY_NAME[tree["kind"]].namespaced
        named = (tree.get("metadata") or {}).get("namespace") or ""
        if namespaced and is_elsewhere("default", named):
            return {"errors": [{"field": "", "message": WRONG_NAMESPACE, "type": "BadRequest"}]}
        return {"errors": [say_error(error) for error in validate_create(read, namespaced=namespaced)]}
    except (DecodeError, QuantityError):
        return {"decode_error": True}


def encode_unknown(tree: Tree) -> Tree:
    """The object with its defaults, before the registry fills in addresses; of a kind without a type, as sent."""
    kind = BY_NAME.get(tree["kind"])
    return encode(kind, kind.default(decode(tree))) if kind else tree


def say_error(error: FieldError) -> Tree:
    """An error as the table writes it."""
    return {"field": error.field, "message": error.message, "type": error.reason}


def has_no_type(given: Tree) -> bool:
    """A kind whose objects the model validates as JSON only, with something else than text where text belongs."""
    tree = given.get("object") or given["new"]
    return tree["kind"] not in BY_NAME and _is_misread(tree, schema_of(tree.get("apiVersion", ""), tree["kind"]))


def _is_misread(tree: Any, schema: PatchSchema) -> bool:
    if not isinstance(tree, dict):
        return False
    if schema.element().type not in schema.fields:
        return schema.type.removeprefix("*") == "map" and not all(isinstance(held, str) for held in tree.values())
    for name, held in tree.items():
        field = lookup_field(schema, name)
        kind = field.schema.type.removeprefix("*").removeprefix("[]")
        items = held if isinstance(held, list) else [held]
        if kind == "string" and not all(isinstance(item, str) for item in items):
            return True
        if any(_is_misread(item, PatchSchema(kind, schema.fields)) for item in items):
            return True
    return False


def has_no_validator(given: Tree) -> bool:
    """A kind whose own rules are not modelled."""
    tree = given.get("object") or given["new"]
    return (tree.get("apiVersion"), tree["kind"]) not in VALIDATORS


ADAPTERS = (
    Adapter("api", "admission_defaulttolerationseconds", run_plugin(default_toleration_seconds.PLUGIN), reported),
    Adapter("api", "admission_namespacelifecycle", run_plugin(namespace_lifecycle.PLUGIN), reported),
    Adapter("api", "admission_noderestriction", run_plugin(node_restriction.PLUGIN), reported),
    Adapter("api", "admission_priority", run_plugin(PRIORITY), reported),
    Adapter("api", "admission_resourcequota", run_plugin(resource_quota.PLUGIN), reported),
    Adapter("api", "admission_serviceaccount", run_plugin(service_account.PLUGIN), reported),
    Adapter("api", "admission_taintnodesbycondition", run_plugin(taint_nodes_by_condition.PLUGIN), reported),
    Adapter("api", "defaulting", run_defaulting, same_object),
    Adapter("api", "rbac_authorize", run_rbac),
    Adapter("api", "strategy", run_strategy, reported),
    Adapter("api", "validation_create", run_validation_create, by_member(errors=as_multiset)),
)
