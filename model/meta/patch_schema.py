"""Which struct a field of a built-in kind has, and how a strategic merge patch merges it.

Go reads this from struct tags (`patchStrategy`, `patchMergeKey`) by reflection; here the same facts are text
tables, one entry a struct. A type is written as Go would: `*` for a pointer, `[]` for a list, `map`, a
scalar's name, or a struct's (with its group and version in front, outside the core group). Mirrors
k8s.io/apimachinery/third_party/forked/golang/json/fields.go and pkg/util/strategicpatch/meta.go, release
1.36.
Left out: kinds outside the tables (custom resources take no strategic merge patches at all).
"""

from collections.abc import Mapping
from typing import Final

import attrs

from seatrial.model.meta.go_format import quote
from seatrial.model.meta.json_tree import PatchError
from seatrial.model.meta.patch_fields_core import CORE_FIELDS
from seatrial.model.meta.patch_fields_groups import GROUP_FIELDS
from seatrial.model.meta.patch_fields_pod import POD_FIELDS

MERGE: Final = "merge"
REPLACE: Final = "replace"
RETAIN_KEYS: Final = "retainKeys"

BUILT_IN_FIELDS: Final[Mapping[str, str]] = {**POD_FIELDS, **CORE_FIELDS, **GROUP_FIELDS}


@attrs.frozen
class PatchSchema:
    """A Go type, by its text, and the table in which structs are looked up."""

    type: str
    fields: Mapping[str, str] = attrs.field(default=BUILT_IN_FIELDS, repr=False, eq=False)

    def element(self) -> "PatchSchema":
        """Return the type behind a pointer, or the type itself."""
        return PatchSchema(self.type.removeprefix("*"), self.fields)

    def kind(self) -> str:
        """Return the word that Go's reflection has for the type."""
        for prefix, kind in (("*", "ptr"), ("[]", "slice")):
            if self.type.startswith(prefix):
                return kind
        return "struct" if self.type in self.fields else self.type


@attrs.frozen
class FieldMerge:
    """How a field is merged: type, strategy (merge, replace or none), merge key, and if keys are retained."""

    schema: PatchSchema
    strategy: str
    merge_key: str
    retain_keys: bool


def schema_of(api_version: str, kind: str) -> PatchSchema:
    """Return the schema of a built-in kind; raises PatchError for one that the tables do not hold.

    Groups are known by their first word: rbac.authorization.k8s.io/v1 is rbacv1.
    """
    group, _, version = api_version.rpartition("/")
    name = f"{group.split('.')[0]}{version}.{kind}" if group else kind
    if name not in BUILT_IN_FIELDS:
        why = "the kind is not in the tables"
        raise PatchError(f"no strategic merge patch for {kind} of {api_version}: {why}")
    return PatchSchema(name)


def lookup_field(schema: PatchSchema, name: str) -> FieldMerge:
    """Return how the field `name` of a struct is merged.

    A name is compared without regard to case if none fits exactly, as Go's JSON does. Raises PatchError with
    upstream's message if the type is no struct or has no such field. Source: LookupPatchMetadataForStruct.
    """
    struct = schema.element()
    declared = struct.fields.get(struct.type)
    if declared is None:
        why = f"merging an object in json but data type is not struct, instead is: {struct.kind()}"
        raise PatchError(why)
    folded: str | None = None
    for entry in declared.split():
        if _name_of(entry) == name:
            return _field_merge(schema, entry)
        if folded is None and _name_of(entry).casefold() == name.casefold():
            folded = entry
    if folded is None:
        short = struct.type.rpartition(".")[2]
        raise PatchError(f"unable to find api field in struct {short} for the json field {quote(name)}")
    return _field_merge(schema, folded)


def _name_of(entry: str) -> str:
    return entry.partition("@")[0].partition(":")[0]


def _field_merge(schema: PatchSchema, entry: str) -> FieldMerge:
    declared, _, merging = entry.partition("@")
    strategies, _, merge_key = merging.partition("/")
    named = [strategy for strategy in strategies.split(",") if strategy and strategy != RETAIN_KEYS]
    if len(named) > 1:
        raise PatchError(f"unexpected patch strategy: [{' '.join(strategies.split(','))}]")
    field_type = declared.partition(":")[2] or "string"
    return FieldMerge(
        PatchSchema(field_type, schema.fields),
        named[0] if named else "",
        merge_key,
        RETAIN_KEYS in strategies.split(","),
    )


def lookup_list(schema: PatchSchema, name: str) -> FieldMerge:
    """Return how the list field `name` is merged, with the type of its items.

    Raises PatchError with upstream's message, which names the kind of the parent, if it is no list. Source:
    LookupPatchMetadataForSlice.
    """
    field = lookup_field(schema, name)
    declared = field.schema.type
    if declared.startswith("*"):
        items = declared.removeprefix("*").removeprefix("[]")
    elif declared.startswith("[]"):
        items = declared.removeprefix("[]")
        if items.startswith("[]"):
            raise PatchError("unexpected slice of slice")
    else:
        raise PatchError(f"expected slice or array type, but got: {schema.kind()}")
    return attrs.evolve(field, schema=PatchSchema(items, schema.fields))
