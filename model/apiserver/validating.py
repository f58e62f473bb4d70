"""The validation stage: what breaks the rules of its kind is refused with 422.

The rules are functions over JSON trees (`seatrial.model.api.validation`). A tree is expensive to make, so what cannot
have changed is not looked at again: the result for a pod's spec, which its controller copies from one template, is
remembered by the identity of that immutable value. Mirrors the Validate and ValidateUpdate calls of
staging/src/k8s.io/apiserver/pkg/registry/rest (release 1.36). Left out: the validation of status updates, whose
writers are modelled components that compute them, and warnings.
"""

from functools import lru_cache
from typing import Any

from seatrial.model.api import validation
from seatrial.model.api.core import Pod
from seatrial.model.api.field_errors import Errors, cause_of
from seatrial.model.api.field_errors import invalid as invalid_value
from seatrial.model.api.meta import LabelSelector, ObjectMeta
from seatrial.model.api.registry import Kind, kind_of
from seatrial.model.api.unstructured import Unstructured
from seatrial.model.api.wire import to_json
from seatrial.model.apiserver.request import CREATE, UPDATE, Request
from seatrial.model.apiserver.status import invalid
from seatrial.model.client.calls import Reply
from seatrial.model.evolve import evolve
from seatrial.model.identity import Same
from seatrial.model.system import System
from seatrial.model.view import View

REMEMBERED = 1024
PODS = kind_of("pods")


def validate(view: View, system: System, request: Request) -> Request | Reply:
    """Lets a valid object through, or answers 422 with every reason."""
    del view, system
    if request.call.subresource or isinstance(request.new, Unstructured):
        return request
    errors: Errors = ()
    if request.operation == CREATE:
        errors = validate_create(request.kind, request.new)
    elif request.operation == UPDATE:
        errors = validate_update(request.kind, request.old, request.new)
    return refuse(request.kind, request.new.metadata.name, errors) if errors else request


def validate_create(kind: Kind, value: Any) -> Errors:  # noqa: ANN401 -- any object
    """What is wrong with a new object."""
    if isinstance(value, Pod) and value.metadata.generate_name:
        meta = value.metadata
        rest = (meta.namespace, meta.generate_name, meta.owner_references, meta.finalizers)
        return _errors_of_generated_pod(Same(value.spec), Same(meta.labels), Same(meta.annotations), rest)
    return validation.validate_create(tree_of(kind, value), namespaced=kind.namespaced)


@lru_cache(maxsize=REMEMBERED)
def _errors_of_generated_pod(spec: Same, labels: Same, annotations: Same, rest: tuple[Any, ...]) -> Errors:
    """What is wrong with a pod whose name is generated: the same for all that one template makes."""
    namespace, generate_name, owners, finalizers = rest
    meta = ObjectMeta(namespace=namespace, generate_name=generate_name, labels=labels.value,
                      annotations=annotations.value, owner_references=owners, finalizers=finalizers)
    return validation.validate_create(tree_of(PODS, Pod(meta, spec.value)))


def validate_update(kind: Kind, old: Any, new: Any) -> Errors:  # noqa: ANN401 -- any object
    """What is wrong with a changed object: what would be wrong with a new one, and what may never change.

    One whose content is unchanged is as valid as it was.
    """
    if is_unchanged(old, new):
        return ()
    selector = getattr(getattr(old, "spec", None), "selector", None)
    if isinstance(selector, LabelSelector) and new.spec.selector != selector:
        return invalid_value("spec.selector", to_json(new.spec.selector or LabelSelector()), "field is immutable")
    return validation.validate_create(tree_of(kind, new), namespaced=kind.namespaced)


def is_unchanged(old: Any, new: Any) -> bool:  # noqa: ANN401 -- any object
    """Do two states of an object differ in nothing that validation looks at?"""
    one, two = old.metadata, new.metadata
    same_meta = (one.labels, one.annotations, one.finalizers, one.owner_references) == (
        two.labels, two.annotations, two.finalizers, two.owner_references)
    return same_meta and evolve(old, metadata=two) == new


def tree_of(kind: Kind, value: Any) -> dict[str, Any]:  # noqa: ANN401 -- any object
    """The object as JSON, as validation reads it."""
    return {"apiVersion": kind.api_version, "kind": kind.name, **to_json(value)}


def refuse(kind: Kind, name: str, errors: Errors) -> Reply:
    """The 422 with all that is wrong."""
    texts = tuple(dict.fromkeys(f"{cause.field}: {cause.message}" for cause in map(cause_of, errors)))
    return invalid(kind, name, texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]")
