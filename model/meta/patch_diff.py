"""Making strategic merge patches: from two objects, or from three as `kubectl apply` does.

Mirrors diffMaps and CreateThreeWayMergePatch in k8s.io/apimachinery/pkg/util/strategicpatch/patch.go, release
1.36. Where Go walks an object in map order it is walked in key order here. Left out: preconditions, which
callers check on the patch.
"""

from typing import Final

import attrs

from seatrial.model.meta.go_format import format_value
from seatrial.model.meta.json_tree import Object, PatchError, Tree, copy_tree, is_same
from seatrial.model.meta.patch_conflict import conflict_error, has_merging_conflicts
from seatrial.model.meta.patch_lists import (
    DELETE,
    DIRECTIVE,
    List,
    deduplicate_scalars,
    has_same_key,
    holds_objects,
    missing_merge_key,
    order_like,
    sort_objects,
    sort_scalars,
    type_name,
)
from seatrial.model.meta.patch_schema import (
    MERGE,
    REPLACE,
    FieldMerge,
    PatchSchema,
    lookup_field,
    lookup_list,
)
from seatrial.model.meta.patch_strategic import (
    DELETE_PREFIX,
    MERGING_PATCHES,
    ORDER_PREFIX,
    RETAIN_KEYS_DIRECTIVE,
    merge_objects,
)


@attrs.frozen
class DiffOptions:
    """What a difference leaves out, and whether it says the order of lists and which keys to retain."""

    ignore_changes_and_additions: bool = False
    ignore_deletions: bool = False
    set_element_order: bool = False
    retain_keys: bool = False


_TWO_WAY: Final = DiffOptions(set_element_order=True)
_DELTA: Final = DiffOptions(ignore_deletions=True, set_element_order=True)
_DELETIONS: Final = DiffOptions(ignore_changes_and_additions=True, set_element_order=True)


def create_two_way_merge_patch(original: Object, modified: Object, schema: PatchSchema) -> Object:
    """Return the strategic merge patch that turns `original` into `modified`.

    Raises PatchError with upstream's message. Source: CreateTwoWayMergePatch, release 1.36.
    """
    return diff_objects(copy_tree(original), copy_tree(modified), schema, _TWO_WAY)


def create_three_way_merge_patch(
    original: Object | None,
    modified: Object | None,
    current: Object | None,
    schema: PatchSchema,
    *,
    overwrite: bool,
) -> Object:
    """Return the patch that `kubectl apply` sends for a built-in kind.

    `original` was applied last, `modified` is applied now, `current` is on the server. Without `overwrite`,
    raises ConflictError if others changed what the patch sets; raises PatchError for objects that do not fit
    the schema. Source: CreateThreeWayMergePatch, release 1.36.
    """
    # Scalar lists are sorted in place on the way, which later comparisons see: hence one copy of each.
    before, wanted, held = (copy_tree(tree or {}) for tree in (original, modified, current))
    delta = diff_objects(held, wanted, schema, _DELTA)
    deletions = diff_objects(before, wanted, schema, _DELETIONS)
    patch = merge_objects(deletions, delta, schema, MERGING_PATCHES)
    if not overwrite:
        changes = diff_objects(before, held, schema, DiffOptions())
        if has_merging_conflicts(patch, changes, schema):
            raise conflict_error(patch, changes)
    return patch


def diff_objects(original: Object, modified: Object, schema: PatchSchema, options: DiffOptions) -> Object:
    """Return the patch between two objects, both of which the caller gives away (`diffMaps` upstream)."""
    patch: Object = {}
    for key in sorted(modified):
        if key in original:
            patch |= _diff_member(key, original[key], modified[key], schema, options)
        elif not options.ignore_changes_and_additions:
            patch[key] = modified[key]
    if not options.ignore_deletions:
        patch |= {key: None for key in original if key not in modified}
    retained = (
        sorted(key for key, held in modified.items() if held is not None) if options.retain_keys else []
    )
    lost = any(held is not None and key not in modified for key, held in original.items())
    if retained and (patch or lost):
        patch[RETAIN_KEYS_DIRECTIVE] = retained
    return patch


def _diff_member(key: str, held: Tree, wanted: Tree, schema: PatchSchema, options: DiffOptions) -> Object:
    """Return the entries of the patch that turn one member into another."""
    if key == DIRECTIVE:
        if not isinstance(held, str) or not isinstance(wanted, str):
            raise PatchError(f"invalid value for special key: {DIRECTIVE}")
        return {} if held == wanted else {key: wanted}
    if type_name(held) == type_name(wanted):
        if isinstance(held, dict):
            return _diff_object_member(key, held, wanted, schema, options)
        if isinstance(held, list):
            return _diff_list_member(key, held, wanted, schema, options)
    return _replace_if_different(key, held, wanted, options)


def _replace_if_different(key: str, held: Tree, wanted: Tree, options: DiffOptions) -> Object:
    return {} if options.ignore_changes_and_additions or is_same(held, wanted) else {key: wanted}


def _diff_object_member(
    key: str, held: Object, wanted: Object, schema: PatchSchema, options: DiffOptions
) -> Object:
    try:
        field = lookup_field(schema, key)
    except PatchError:
        # A field that the type does not have is in nobody's way as long as it stays the same.
        if is_same(held, wanted):
            return {}
        raise
    if field.strategy == REPLACE:
        return {} if options.ignore_changes_and_additions else {key: wanted}
    inner = diff_objects(held, wanted, field.schema, attrs.evolve(options, retain_keys=field.retain_keys))
    return {key: inner} if inner else {}


def _diff_list_member(
    key: str, held: List, wanted: List, schema: PatchSchema, options: DiffOptions
) -> Object:
    try:
        field = lookup_list(schema, key)
    except PatchError:
        if is_same(held, wanted):
            return {}
        raise
    if field.strategy != MERGE:
        return _replace_if_different(key, held, wanted, options)
    inner = attrs.evolve(options, retain_keys=field.retain_keys)
    additions, deletions, order = _diff_lists(held, wanted, field, inner)
    entries = ((key, additions), (f"{DELETE_PREFIX}/{key}", deletions), (f"{ORDER_PREFIX}/{key}", order))
    return {name: items for name, items in entries if items}


def _diff_lists(held: List, wanted: List, field: FieldMerge, options: DiffOptions) -> tuple[List, List, List]:
    """Return what is added or changed, the scalars deleted, and the order of all items."""
    if not held:
        return ([] if options.ignore_changes_and_additions else wanted), [], []
    if holds_objects(held, wanted):
        return _diff_object_lists(held, wanted, field, options)
    return _diff_scalar_lists(held, wanted, options)


def _diff_object_lists(
    held: List, wanted: List, field: FieldMerge, options: DiffOptions
) -> tuple[List, List, List]:
    merge_key = field.merge_key
    changes, deletions = _diff_items(held, wanted, field, options)
    changes = order_like(changes, wanted, merge_key, objects=True)
    order_same = len(held) == len(wanted) and all(
        has_same_key(item, other, merge_key) for item, other in zip(held, wanted, strict=True)
    )
    changes += deletions
    by_changes = not options.ignore_changes_and_additions and (bool(changes) or not order_same)
    by_deletions = not options.ignore_deletions and bool(changes)
    if not options.set_element_order or not (by_changes or by_deletions):
        return changes, [], []
    return changes, [], [{merge_key: item.get(merge_key)} for item in wanted]


def _diff_items(held: List, wanted: List, field: FieldMerge, options: DiffOptions) -> tuple[List, List]:
    """Walk both lists in the order of their keys' texts; return the changed items and the deletions."""
    merge_key = field.merge_key
    before, after = sort_objects(held, merge_key), sort_objects(wanted, merge_key)
    changes: List = []
    deletions: List = []
    while before or after:
        first = _key_text(before, merge_key)
        second = _key_text(after, merge_key)
        if first is not None and first == second:
            patch = diff_objects(before[0], after[0], field.schema, options)
            if patch:
                changes.append(patch | {merge_key: after[0][merge_key]})
            before, after = before[1:], after[1:]
        elif second is not None and (first is None or first > second):
            if not options.ignore_changes_and_additions:
                changes.append(after[0])
            after = after[1:]
        else:
            if not options.ignore_deletions:
                deletions.append({merge_key: before[0][merge_key], DIRECTIVE: DELETE})
            before = before[1:]
    return changes, deletions


def _key_text(items: List, merge_key: str) -> str | None:
    if not items:
        return None
    if merge_key not in items[0]:
        raise missing_merge_key(items[0], merge_key)
    return format_value(items[0][merge_key])


def _diff_scalar_lists(held: List, wanted: List, options: DiffOptions) -> tuple[List, List, List]:
    held[:] = sort_scalars(held)  # in place: see create_three_way_merge_patch
    additions, deletions = _diff_scalars(held, sort_scalars(wanted))
    if options.ignore_changes_and_additions:
        additions = []
    deletions = [] if options.ignore_deletions else deduplicate_scalars(deletions)
    additions = order_like(additions, wanted, "", objects=False)
    changed = not options.ignore_changes_and_additions and not is_same(held, wanted)
    order = wanted if options.set_element_order and (deletions or changed) else []
    return additions, deletions, order


def _diff_scalars(before: List, after: List) -> tuple[List, List]:
    additions: List = []
    deletions: List = []
    first, second = 0, 0
    while first < len(before) or second < len(after):
        left = format_value(before[first]) if first < len(before) else None
        right = format_value(after[second]) if second < len(after) else None
        if left == right:
            first, second = first + 1, second + 1
        elif right is not None and (left is None or left > right):
            additions.append(after[second])
            second += 1
        else:
            deletions.append(before[first])
            first += 1
    return additions, deletions
