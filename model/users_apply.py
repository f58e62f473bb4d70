"""`kubectl apply`: what is sent to bring an object to a manifest, given what was applied last and what is there now.

The manifest applied last is kept in an annotation of the object. What is in it and no longer in the new one is removed;
what differs between the new one and the server is set; what others added stays. Built-in kinds take a strategic merge
patch, custom resources a JSON merge patch. Left out: the `--prune` and `--force` options, and the conflict check, which
the default `--overwrite` switches off. Mirrors staging/src/k8s.io/kubectl/pkg/cmd/apply/patcher.go (release 1.36).
"""

import json
from typing import Any

import attrs

from seatrial.model.api.meta import key_of
from seatrial.model.api.registry import Kind
from seatrial.model.api.unstructured import Unstructured
from seatrial.model.api.wire import to_json
from seatrial.model.client.calls import Call, Patch
from seatrial.model.frozen import freeze
from seatrial.model.meta.patch_diff import create_three_way_merge_patch
from seatrial.model.meta.patch_merge import create_three_way_json_merge_patch
from seatrial.model.meta.patch_schema import schema_of

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def plan_apply(kind: Kind, current: Any, manifest: Any) -> Call | None:  # noqa: ANN401 -- any API object
    """Create when there is no object; else the patch, or None when it is empty."""
    modified = with_last_applied(kind, manifest)
    key = key_of(manifest.metadata)
    if current is None:
        return Call("create", kind.resource, key, modified)
    applied = current.metadata.annotations.get(LAST_APPLIED)
    trees = (json.loads(applied) if applied else None, tree_of(kind, modified), tree_of(kind, current))
    if kind.type is Unstructured:
        patch = Patch("merge", freeze(create_three_way_json_merge_patch(*trees)))
    else:
        schema = schema_of(kind.api_version, kind.name)
        patch = Patch("strategic", freeze(create_three_way_merge_patch(*trees, schema, overwrite=True)))
    return Call("patch", kind.resource, key, patch) if patch.tree else None


def tree_of(kind: Kind, value: Any) -> dict[str, Any]:  # noqa: ANN401 -- any API object
    """An object as JSON, with its apiVersion and kind; without a status that says nothing."""
    tree = {"apiVersion": kind.api_version, "kind": kind.name, **to_json(value)}
    return {name: held for name, held in tree.items() if name != "status" or held}


def with_last_applied(kind: Kind, manifest: Any) -> Any:  # noqa: ANN401 -- any API object
    """The manifest, with itself in the annotation."""
    annotations = manifest.metadata.annotations.delete(LAST_APPLIED)
    bare = attrs.evolve(manifest, metadata=attrs.evolve(manifest.metadata, annotations=annotations))
    text = json.dumps(manifest_tree(kind, bare), sort_keys=True, separators=(",", ":")) + "\n"
    return attrs.evolve(bare, metadata=attrs.evolve(bare.metadata, annotations=annotations.set(LAST_APPLIED, text)))


def manifest_tree(kind: Kind, manifest: Any) -> dict[str, Any]:  # noqa: ANN401 -- any API object
    """A manifest as its author wrote it: no status, which is the controllers' to write."""
    tree = tree_of(kind, manifest)
    tree.pop("status", None)
    return tree
