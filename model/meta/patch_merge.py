"""JSON merge patches (RFC 7386): apply one, make one from two objects, make one from three.

The API server applies them, clients and controllers make them, `kubectl apply` makes three-way ones for
custom resources. Mirrors gopkg.in/evanphx/json-patch.v4 (merge.go) and
k8s.io/apimachinery/pkg/util/jsonmergepatch, release 1.36; where the library departs from the RFC (nulls
inside a list that replaces something that is no object) the library is followed. Left out: patches made from
two lists of documents, which nothing in Kubernetes does.
"""

from seatrial.model.meta.json_tree import Object, PatchError, Tree, is_same, without_nulls
from seatrial.model.meta.patch_conflict import conflict_error, has_conflicts


def apply_merge_patch(document: Tree, patch: Tree) -> Tree:
    """Return `document` with the merge patch applied.

    Raises PatchError for a patch that is neither an object nor a list. Source: json-patch.v4 MergePatch.
    """
    if isinstance(patch, list):
        return without_nulls(patch)
    if not isinstance(patch, dict):
        raise PatchError("Invalid JSON Patch")
    if not isinstance(document, dict):
        return without_nulls(patch)
    return _merge_objects(document, patch)


def _merge_objects(document: Object, patch: Object) -> Object:
    merged = dict(document)
    for key, change in patch.items():
        if change is None:
            merged.pop(key, None)
        else:
            merged[key] = _merge_values(merged.get(key), change)
    return merged


def _merge_values(held: Tree, change: Tree) -> Tree:
    if not isinstance(held, dict):
        return without_nulls(change)
    return _merge_objects(held, change) if isinstance(change, dict) else change


def create_merge_patch(original: Object, modified: Object) -> Object:
    """Return the merge patch that turns `original` into `modified`; what is gone becomes null.

    Source: json-patch.v4 CreateMergePatch.
    """
    patch: Object = {}
    for key, wanted in modified.items():
        if key not in original:
            patch[key] = wanted
            continue
        held = original[key]
        if isinstance(held, dict) and isinstance(wanted, dict):
            inner = create_merge_patch(held, wanted)
            if inner:
                patch[key] = inner
        elif not is_same(held, wanted):
            patch[key] = wanted
    return patch | {key: None for key in original if key not in modified}


def create_three_way_json_merge_patch(
    original: Object | None, modified: Object | None, current: Object | None
) -> Object:
    """Return the merge patch that `kubectl apply` sends for a custom resource.

    It deletes what is in `original` (applied last) but not in `modified` (applied now), and sets what differs
    between `current` (on the server) and `modified`. Raises PatchError if the two contradict each other.
    Source: jsonmergepatch.CreateThreeWayJSONMergePatch, release 1.36.
    """
    original, modified, current = original or {}, modified or {}, current or {}
    changes = drop_nulls(create_merge_patch(current, modified))
    deletions = keep_only_nulls(create_merge_patch(original, modified))
    if has_conflicts(changes, deletions):
        raise conflict_error(changes, deletions)
    # The deletions are the document here, so their nulls stay unless a change replaces them.
    return _merge_objects(deletions, changes)


def keep_only_nulls(patch: Object) -> Object:
    """Return the deletions of a merge patch: its nulls and the objects that hold some."""
    kept: Object = {}
    for key, change in patch.items():
        if change is None:
            kept[key] = None
        elif isinstance(change, dict):
            inner = keep_only_nulls(change)
            if inner:
                kept[key] = inner
    return kept


def drop_nulls(patch: Object) -> Object:
    """Return the additions and changes of a merge patch; an empty object is a value and stays."""
    kept: Object = {}
    for key, change in patch.items():
        if isinstance(change, dict) and change:
            inner = drop_nulls(change)
            if inner:
                kept[key] = inner
        elif change is not None:
            kept[key] = change
    return kept
