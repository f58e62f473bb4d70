"""Patches against a live object, by content type.

Mirrors staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go (release 1.36).
"""

from typing import Any

from seatrial.model.api.registry import Kind
from seatrial.model.client.calls import Patch, StatusPatch
from seatrial.model.evolve import evolve
from seatrial.model.frozen import thaw
from seatrial.model.meta.patch_json import apply_json_patch
from seatrial.model.meta.patch_merge import apply_merge_patch
from seatrial.model.meta.patch_schema import schema_of
from seatrial.model.meta.patch_strategic import apply_strategic_merge_patch


def apply_patch(kind: Kind, tree: dict[str, Any], patch: Patch) -> dict[str, Any]:
    """Returns the patched JSON tree; raises PatchError when the patch does not fit the object."""
    body = thaw(patch.tree)
    if patch.type == "strategic":
        patched: Any = apply_strategic_merge_patch(tree, body, schema_of(kind.api_version, kind.name))
    elif patch.type == "json":
        patched = apply_json_patch(tree, body)
    else:
        patched = apply_merge_patch(tree, body)
    return dict(patched)


def apply_status_patch(old: Any, patch: StatusPatch) -> Any:  # noqa: ANN401 -- any object with a status
    """Returns the object with the patch's fields in its status, and its conditions in place of those of their type.

    The UID in the patch goes into the object, as that of any other patch does: another one is refused later.
    """
    changed = {each.type: each for each in patch.conditions}
    kept = tuple(changed.pop(each.type, each) for each in getattr(old.status, "conditions", ()))
    fields: dict[str, Any] = dict(patch.fields)
    if patch.conditions:
        fields["conditions"] = kept + tuple(changed.values())
    meta = evolve(old.metadata, uid=patch.uid)
    return evolve(old, metadata=meta, status=evolve(old.status, **fields))
