"""Lists in strategic merge patches: how Go sorts them, removes repeats, and finds an item by its merge key.

Mirrors the list functions of k8s.io/apimachinery/pkg/util/strategicpatch/patch.go, release 1.36, down to
the order that Go's sorts leave when the comparison is no order at all. Left out: that order for lists of more
than twelve (by value) or twenty (by position) items with equal keys, where Go switches to other sorts.
"""

from collections.abc import Callable
from typing import Any, Final

from seatrial.model.meta.go_format import format_value
from seatrial.model.meta.json_tree import Object, PatchError, Tree, is_same

DIRECTIVE: Final = "$patch"
DELETE: Final = "delete"

List = list[Any]


def type_name(tree: Tree) -> str:
    """Return the Go type that a JSON tree is decoded to, as error messages print it."""
    if tree is None:
        return "%!s(<nil>)"
    names = {dict: "map[string]interface {}", list: "[]interface {}", bool: "bool", str: "string"}
    return names.get(type(tree), "int64" if isinstance(tree, int) else "float64")


def wrong_type(expected: Tree, actual: Tree) -> PatchError:
    """Return the error for a value of another type than the patch needs there."""
    return PatchError(f"expected a {type_name(expected)}, but received a {type_name(actual)}")


def missing_merge_key(item: Object, merge_key: str) -> PatchError:
    """Return the error for a list item without the key by which it is merged."""
    return PatchError(f"map: {format_value(item)} does not contain declared merge key: {merge_key}")


def element_type(*lists: List) -> str:
    """Return the one Go type of all items; raises PatchError if there is none or more than one."""
    found = [type_name(item) for items in lists for item in items]
    if not found:
        raise PatchError("no elements in any of the given slices")
    if found[0] == type_name([]):
        raise PatchError("lists of lists are not supported")
    if any(name != found[0] for name in found):
        raise PatchError(f"list element types are not identical: {format_value(list(lists))}")
    return found[0]


def holds_objects(*lists: List) -> bool:
    """Tell whether the items of all lists are objects; raises PatchError for mixed or no items."""
    return element_type(*lists) == type_name({})


def insertion_sort(items: List, before: Callable[[Tree, Tree], bool]) -> List:
    """Return `items` as Go's insertion sort leaves them, for any `before`, even one that is no order."""
    ordered = list(items)
    for at in range(1, len(ordered)):
        position = at
        while position > 0 and before(ordered[position], ordered[position - 1]):
            ordered[position - 1], ordered[position] = ordered[position], ordered[position - 1]
            position -= 1
    return ordered


def sort_scalars(items: List) -> List:
    """Return `items` sorted by their text, equal ones in reverse: upstream's comparison is `<=`."""
    return insertion_sort(items, lambda left, right: format_value(left) <= format_value(right))


def sort_objects(items: List, merge_key: str) -> List:
    """Return objects sorted by the text of their merge key, equal ones in reverse."""

    def before(left: Object, right: Object) -> bool:
        return format_value(left.get(merge_key)) <= format_value(right.get(merge_key))

    return insertion_sort(items, before)


def deduplicate_scalars(items: List) -> List:
    """Return `items` without repeats; each repeat is replaced by the last item, as upstream does it."""
    kept = list(items)
    at = 0
    while at < len(kept):
        other = at + 1
        while other < len(kept):
            if is_same(kept[at], kept[other]):
                last = kept.pop()
                if other < len(kept):
                    kept[other] = last
            else:
                other += 1
        at += 1
    return kept


def find_by_key(items: List, merge_key: str, wanted: Tree) -> int | None:
    """Return the position of the first object whose `merge_key` is `wanted`, or None."""
    for at, item in enumerate(items):
        if not isinstance(item, dict):
            raise PatchError(f"value for key {at} is not a map")
        if merge_key in item and is_same(item[merge_key], wanted):
            return at
    return None


def require_merge_key(items: List, merge_key: str) -> None:
    """Raise PatchError if an item is no object, or has no `merge_key`."""
    for item in items:
        if not isinstance(item, dict):
            raise wrong_type({}, item)
        if merge_key not in item:
            raise missing_merge_key(item, merge_key)


def is_delete_directive(item: Tree) -> bool:
    """Tell whether a list item asks for the deletion of the item with its key."""
    return isinstance(item, dict) and is_same(item.get(DIRECTIVE), DELETE)


def split_deletions(items: List) -> tuple[List, List]:
    """Return the items that are no deletions, and those that are; raises PatchError for a non-object."""
    for item in items:
        if not isinstance(item, dict):
            raise wrong_type({}, item)
    kept = [item for item in items if not is_delete_directive(item)]
    return kept, [item for item in items if is_delete_directive(item)]


def _position(order: List, item: Tree, merge_key: str, *, objects: bool) -> int:
    wanted = _identity(item, merge_key, objects=objects)
    for at, other in enumerate(order):
        if is_same(wanted, _identity(other, merge_key, objects=objects)):
            return at
    return -1


def _identity(item: Tree, merge_key: str, *, objects: bool) -> Tree:
    if not objects:
        return item
    return item.get(merge_key) if isinstance(item, dict) else None


def order_like(items: List, order: List, merge_key: str, *, objects: bool) -> List:
    """Return `items` in the order in which `order` has them, deletions last (`normalizeSliceOrder`)."""
    deletions: List = []
    if objects:
        require_merge_key(items, merge_key)
        require_merge_key(order, merge_key)
        items, deletions = split_deletions(items)

    def before(left: Tree, right: Tree) -> bool:
        first = _position(order, left, merge_key, objects=objects)
        second = _position(order, right, merge_key, objects=objects)
        return first < second if first >= 0 and second >= 0 else True

    return insertion_sort(items, before) + deletions


def interleave(
    patched: List, server_only: List, patch_order: List, server_order: List, merge_key: str, *, objects: bool
) -> List:
    """Merge the items that the patch names with those that only the server has (`normalizeElementOrder`).

    Both keep their order; between them, the order on the server decides, and a patched item comes first where
    it does not say.
    """
    patched = order_like(patched, patch_order, merge_key, objects=objects)
    server_only = order_like(server_only, server_order, merge_key, objects=objects)
    merged: List = []
    while server_only and patched:
        left = _position(server_order, server_only[0], merge_key, objects=objects)
        right = _position(server_order, patched[0], merge_key, objects=objects)
        if left >= 0 and right >= 0 and left < right:
            merged.append(server_only[0])
            server_only = server_only[1:]
        else:
            merged.append(patched[0])
            patched = patched[1:]
    return merged + server_only + patched


def partition_scalars(items: List, named: List) -> tuple[List, List]:
    """Return the scalars that `named` holds, and the others."""
    held = [any(is_same(item, other) for other in named) for item in items]
    inside = [item for item, found in zip(items, held, strict=True) if found]
    return inside, [item for item, found in zip(items, held, strict=True) if not found]


def partition_objects(items: List, named: List, merge_key: str) -> tuple[List, List]:
    """Return the objects whose key `named` holds, and the others; raises PatchError without a key."""
    inside: List = []
    outside: List = []
    for item in items:
        require_merge_key([item], merge_key)
        found = find_by_key(named, merge_key, item[merge_key])
        (outside if found is None else inside).append(item)
    return inside, outside


def has_same_key(left: Tree, right: Tree, merge_key: str) -> bool:
    """Tell whether two items have the same key, or are the same scalar where there is no merge key."""
    if not merge_key:
        return is_same(left, right)
    require_merge_key([left, right], merge_key)
    return is_same(left[merge_key], right[merge_key])
