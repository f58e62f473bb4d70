"""Applying a strategic merge patch: lists are merged item by item where the API type says so.

Mirrors mergeMap and its relatives in k8s.io/apimachinery/pkg/util/strategicpatch/patch.go, release 1.36, with
the directives `$patch`, `$retainKeys`, `$setElementOrder/` and `$deleteFromPrimitiveList/`. Where Go walks an
object in map order it is walked in key order here, so that of several errors always the same one is named.
Left out: unstructured objects, for which upstream refuses this kind of patch.
"""

from typing import Any, Final

import attrs

from seatrial.model.meta.go_format import format_value
from seatrial.model.meta.json_tree import Object, PatchError, Tree, copy_tree, is_same, without_nulls
from seatrial.model.meta.patch_lists import (
    DELETE,
    DIRECTIVE,
    List,
    deduplicate_scalars,
    find_by_key,
    has_same_key,
    holds_objects,
    interleave,
    missing_merge_key,
    partition_objects,
    partition_scalars,
    split_deletions,
    type_name,
    wrong_type,
)
from seatrial.model.meta.patch_schema import (
    MERGE,
    REPLACE,
    FieldMerge,
    PatchSchema,
    lookup_field,
    lookup_list,
)

RETAIN_KEYS_DIRECTIVE: Final = "$retainKeys"
ORDER_PREFIX: Final = "$setElementOrder"
DELETE_PREFIX: Final = "$deleteFromPrimitiveList"
_BAD_RETAIN_KEYS: Final = "invalid patch format of retainKeys"
_BAD_ORDER: Final = "invalid patch format of setElementOrder list"
_BAD_DELETION: Final = "invalid patch format of primitive list"


@attrs.frozen
class MergeOptions:
    """How directives are treated: carried out on an object, or kept because two patches are merged.

    `carry_out` carries out parallel lists (`MergeParallelList` upstream); `ignore_unmatched_nulls` drops a
    null for a field that is not there, instead of keeping it for the next merge.
    """

    carry_out: bool = True
    ignore_unmatched_nulls: bool = True


MERGING_PATCHES: Final = MergeOptions(carry_out=False, ignore_unmatched_nulls=False)


def apply_strategic_merge_patch(original: Object, patch: Object, schema: PatchSchema) -> Object:
    """Return `original` with the strategic merge `patch` applied, by the merge rules of `schema`.

    Raises PatchError with upstream's message. Source: StrategicMergeMapPatch, release 1.36.
    """
    return merge_objects(copy_tree(original), copy_tree(patch), schema, MergeOptions())


def merge_objects(original: Object, patch: Object, schema: PatchSchema, options: MergeOptions) -> Object:
    """Merge `patch` into `original`, both of which the caller gives away (`mergeMap` upstream)."""
    if DIRECTIVE in patch:
        return _carry_out_directive(patch)
    _retain_keys(original, patch, options)
    _merge_ordered_lists(original, patch, schema, options)
    for key in sorted(patch):
        _merge_member(original, key, patch[key], schema, options)
    return original


def _carry_out_directive(patch: Object) -> Object:
    directive = patch[DIRECTIVE]
    if directive == REPLACE:
        return {key: held for key, held in patch.items() if key != DIRECTIVE}
    if directive == DELETE:
        return {}
    raise _unknown_directive(directive, patch)


def _unknown_directive(directive: Tree, patch: Object) -> PatchError:
    return PatchError(f"unknown patch type: {format_value(directive)} in map: {format_value(patch)}")


def _retain_keys(original: Object, patch: Object, options: MergeOptions) -> None:
    if RETAIN_KEYS_DIRECTIVE not in patch:
        return
    retained = patch.pop(RETAIN_KEYS_DIRECTIVE)
    if not options.carry_out:
        held = original.setdefault(RETAIN_KEYS_DIRECTIVE, retained)
        if not is_same(held, retained):
            why = "this may happen when calculating the 3-way diff patch"
            raise PatchError(f"{format_value(held)} and {format_value(retained)} are not deep equal: {why}")
        return
    if not isinstance(retained, list):
        raise PatchError(_BAD_RETAIN_KEYS)
    for key, change in patch.items():
        exempt = change is None or key.startswith((DELETE_PREFIX, ORDER_PREFIX))
        if not exempt and key not in retained:
            raise PatchError(_BAD_RETAIN_KEYS)
    for key in sorted(original):
        if key not in retained:
            del original[key]


def _merge_ordered_lists(original: Object, patch: Object, schema: PatchSchema, options: MergeOptions) -> None:
    """Merge the lists for which the patch also says the order of their items."""
    for directive in sorted(key for key in patch if key.startswith(ORDER_PREFIX)):
        order = patch.pop(directive)
        if not options.carry_out and not is_same(original.setdefault(directive, order), order):
            raise PatchError(_BAD_ORDER)
        if not isinstance(order, list):
            raise wrong_type([], order)
        key = _key_after(directive, ORDER_PREFIX, _BAD_ORDER)
        held, change = _list_at(original, key), _list_at(patch, key)
        merged = _merge_ordered_list(held, change, order, lookup_list(schema, key), options)
        if merged is not None:
            original[key] = merged
            patch.pop(key, None)


def _key_after(directive: str, prefix: str, message: str) -> str:
    first, slash, key = directive.partition("/")
    if first != prefix or not slash:
        raise PatchError(message)
    return key


def _list_at(holder: Object, key: str) -> List | None:
    if key not in holder:
        return None
    held = holder[key]
    if not isinstance(held, list):
        raise wrong_type([], held)
    return held


def _merge_ordered_list(
    held: List | None, change: List | None, order: List, field: FieldMerge, options: MergeOptions
) -> List | None:
    _check_order(change if change is not None else [], order, field.merge_key)
    if held is None and change is None:
        return None
    if change is None:
        merged = held or []
    elif held is None:
        merged = _without_directives(change)[0]
    else:
        merged = _merge_lists(held, change, field, options, deletes=False)
    if field.merge_key:
        named, server_only = partition_objects(merged, order, field.merge_key)
    else:
        named, server_only = partition_scalars(merged, order)
    objects = holds_objects(held or [], change or [])
    return interleave(named, server_only, order, held or [], field.merge_key, objects=objects)


def _check_order(change: List, order: List, merge_key: str) -> None:
    """Raise PatchError if the patch has items that its own order does not name, in that order."""
    if not order or not change:
        return
    items = split_deletions(change)[0] if merge_key else change
    at = position = 0
    while at < len(items) and position < len(order):
        if isinstance(items[at], dict) and DIRECTIVE in items[at]:
            at += 1
            continue
        if has_same_key(items[at], order[position], merge_key):
            at += 1
        position += 1
    if at < len(items) and position >= len(order):
        listed = f"The order in patch list:\n{format_value(change)}\n doesn't match {ORDER_PREFIX} list:\n"
        raise PatchError(f"{listed}{format_value(order)}\n")


def _without_directives(tree: Tree) -> tuple[Any, bool]:
    """Return `tree` without what carries a directive, and whether it stays itself."""
    if isinstance(tree, dict):
        if DIRECTIVE in tree:
            return None, False
        members = {key: _without_directives(held) for key, held in tree.items()}
        return {key: held for key, (held, stays) in members.items() if stays}, True
    if isinstance(tree, list):
        return [held for held, stays in map(_without_directives, tree) if stays], True
    return tree, True


def _merge_member(
    original: Object, directive: str, change: Tree, schema: PatchSchema, options: MergeOptions
) -> None:
    key, deletes = directive, directive.startswith(DELETE_PREFIX)
    if deletes and not options.carry_out:
        original[directive] = change
        return
    if deletes:
        key = _key_after(directive, DELETE_PREFIX, _BAD_DELETION)
    if change is None:
        original.pop(key, None)
        if options.ignore_unmatched_nulls:
            return
    if key not in original or type_name(original[key]) != type_name(change):
        if not deletes:
            _set_member(original, key, without_nulls(change) if options.ignore_unmatched_nulls else change)
        return
    if isinstance(change, dict):
        field = lookup_field(schema, key)
        replaces = field.strategy == REPLACE
        original[key] = change if replaces else merge_objects(original[key], change, field.schema, options)
    elif isinstance(change, list):
        field = lookup_list(schema, key)
        original[key] = _merge_lists(original[key], change, field, options, deletes=deletes)
    else:
        original[key] = change


def _set_member(original: Object, key: str, change: Tree) -> None:
    held, stays = _without_directives(change)
    if stays:
        original[key] = held
    else:
        original.pop(key, None)


def _merge_lists(
    original: List, patch: List, field: FieldMerge, options: MergeOptions, *, deletes: bool
) -> List:
    if field.strategy != MERGE and not deletes:
        return patch
    if not original and not patch:
        return original
    objects = holds_objects(original, patch)
    if not objects:
        if options.carry_out and deletes:
            return partition_scalars(original, patch)[1]
        merged = deduplicate_scalars(original + patch)
    else:
        if not field.merge_key:
            raise PatchError(f"cannot merge lists without merge key for {field.schema.kind()}")
        original, patch = _carry_out_list_directives(original, patch, field.merge_key)
        merged = _merge_items(original, patch, field, options)
    if field.merge_key:
        named, server_only = partition_objects(merged, patch, field.merge_key)
    else:
        named, server_only = partition_scalars(merged, patch)
    return interleave(named, server_only, patch, original, field.merge_key, objects=objects)


def _carry_out_list_directives(original: List, patch: List, merge_key: str) -> tuple[List, List]:
    plain, replaces = [], False
    for item in patch:
        directive = item.get(DIRECTIVE)
        if DIRECTIVE not in item:
            plain.append(item)
        elif directive == DELETE:
            if merge_key not in item:
                raise missing_merge_key(item, merge_key)
            original = _without_items(original, merge_key, item[merge_key])
        elif directive == REPLACE:
            replaces = True
        elif directive == MERGE:
            raise PatchError("merging lists cannot yet be specified in the patch")
        else:
            raise _unknown_directive(directive, item)
    return (plain, []) if replaces else (original, plain)


def _without_items(items: List, merge_key: str, wanted: Tree) -> List:
    at = find_by_key(items, merge_key, wanted)
    while at is not None:
        items = items[:at] + items[at + 1 :]
        at = find_by_key(items, merge_key, wanted)
    return items


def _merge_items(original: List, patch: List, field: FieldMerge, options: MergeOptions) -> List:
    merged = list(original)
    for item in patch:
        if field.merge_key not in item:
            raise missing_merge_key(item, field.merge_key)
        at = find_by_key(merged, field.merge_key, item[field.merge_key])
        if at is None:
            merged.append(item)
        else:
            merged[at] = merge_objects(merged[at], item, field.schema, options)
    return merged
