"""Whether two patches contradict each other, and the error that says so.

Mirrors k8s.io/apimachinery/pkg/util/mergepatch and MergingMapsHaveConflicts in
pkg/util/strategicpatch/patch.go, release 1.36. Left out: nothing.
"""

from typing import Final

from seatrial.model.meta.go_format import format_value
from seatrial.model.meta.json_tree import Object, PatchError, Tree, is_same
from seatrial.model.meta.patch_lists import DIRECTIVE, List, deduplicate_scalars, holds_objects, sort_scalars
from seatrial.model.meta.patch_schema import MERGE, REPLACE, PatchSchema, lookup_field, lookup_list
from seatrial.model.meta.yaml_text import format_yaml

_RETAIN_KEYS_DIRECTIVE: Final = "$retainKeys"


class ConflictError(PatchError):
    """A three-way patch would overwrite what somebody else changed."""


def conflict_error(patch: Object, changes: Object) -> ConflictError:
    """Return the error that shows both sides as YAML."""
    shown = f"patch:\n{format_yaml(patch)}\nconflicts with changes made from original to current:\n"
    return ConflictError(f"{shown}{format_yaml(changes)}\n")


def has_conflicts(left: Tree, right: Tree) -> bool:
    """Tell whether two merge patches set a member to different values (`HasConflicts` upstream)."""
    if isinstance(left, dict) and isinstance(right, dict):
        return any(has_conflicts(held, right[key]) for key, held in left.items() if key in right)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) != len(right) or any(map(has_conflicts, left, right))
    return not is_same(left, right)


def has_merging_conflicts(
    left: Tree, right: Tree, schema: PatchSchema, strategy: str = "", merge_key: str = ""
) -> bool:
    """Tell whether two strategic merge patches contradict each other.

    Raises PatchError for lists that cannot be compared. Source: MergingMapsHaveConflicts, release 1.36.
    """
    if isinstance(left, dict):
        if not isinstance(right, dict) or not is_same(left.get(DIRECTIVE), right.get(DIRECTIVE)):
            return True
        return strategy != REPLACE and _objects_conflict(left, right, schema)
    if isinstance(left, list):
        if not isinstance(right, list):
            return True
        return _lists_conflict(left, right, schema, strategy, merge_key)
    return not is_same(left, right)


def _objects_conflict(left: Object, right: Object, schema: PatchSchema) -> bool:
    for key in sorted(left):
        if key in {DIRECTIVE, _RETAIN_KEYS_DIRECTIVE} or key not in right:
            continue
        if isinstance(left[key], list | dict):
            field = (lookup_list if isinstance(left[key], list) else lookup_field)(schema, key)
            rules = field.schema, field.strategy, field.merge_key
            conflict = has_merging_conflicts(left[key], right[key], *rules)
        else:
            conflict = has_merging_conflicts(left[key], right[key], schema)
        if conflict:
            return True
    return False


def _lists_conflict(left: List, right: List, schema: PatchSchema, strategy: str, merge_key: str) -> bool:
    objects = holds_objects(left, right)
    if strategy == MERGE:
        if not objects:
            return False
        first, second = _by_key(left, merge_key), _by_key(right, merge_key)
        shared = [key for key in first if key in second]
        return any(has_merging_conflicts(first[key], second[key], schema) for key in shared)
    if len(left) != len(right):
        return True
    if not objects:
        left, right = sort_scalars(deduplicate_scalars(left)), sort_scalars(deduplicate_scalars(right))
    # Upstream would index out of range where removing repeats left the right side shorter.
    return any(has_merging_conflicts(held, other, schema) for held, other in zip(left, right, strict=False))


def _by_key(items: List, merge_key: str) -> dict[str, Object]:
    for item in items:
        if merge_key not in item:
            where = f"`{merge_key}` in merging list element:{format_value(item)}"
            raise PatchError(f"cannot find merge key {where}")
    return {format_value(item[merge_key]): item for item in items}
