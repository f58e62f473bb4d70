"""Merge patches, JSON patches, strategic merge patches, and the three-way patches of kubectl apply."""

from collections.abc import Callable, Mapping
from typing import Any

from seatrial.model.meta.json_tree import PatchError
from seatrial.model.meta.patch_conflict import ConflictError, has_conflicts
from seatrial.model.meta.patch_diff import create_three_way_merge_patch, create_two_way_merge_patch
from seatrial.model.meta.patch_json import apply_json_patch
from seatrial.model.meta.patch_merge import (
    apply_merge_patch,
    create_three_way_json_merge_patch,
    drop_nulls,
    keep_only_nulls,
)
from seatrial.model.meta.patch_schema import PatchSchema, schema_of
from seatrial.model.meta.patch_strategic import apply_strategic_merge_patch
from tests.conformance.adapter import Adapter
from tests.conformance.cases import Case
from tests.conformance.compare import Comparison, contains, exactly, reported, sort_key

# The struct that upstream's own patch tests merge.
TEST_FIELDS = {
    "MergeItem": (
        "name value other mergingList:[]MergeItem@merge/name nonMergingList:[]MergeItem "
        "mergingIntList:[]int@merge nonMergingIntList:[]int mergeItemPtr:*MergeItem@merge/name simpleMap:map "
        "replacingItem:RawExtension@replace jsonItem:JSONItem retainKeysMap:RetainKeysMergeItem@retainKeys "
        "retainKeysMergingList:[]MergeItem@merge,retainKeys/name"
    ),
    "RetainKeysMergeItem": (
        "name value other simpleMap:map mergingIntList:[]int@merge mergingList:[]MergeItem@merge/name "
        "nonMergingList:[]MergeItem"
    ),
    "JSONItem": "Raw:[]uint8",
    "RawExtension": "",
}
TEST_SCHEMA = PatchSchema("MergeItem", TEST_FIELDS)


def with_error(run: Callable[[Case], dict[str, Any]]) -> Callable[[Case], dict[str, Any]]:
    """The same, answering with the error if there is one."""

    def run_or_refuse(case: Case) -> dict[str, Any]:
        try:
            return run(case)
        except PatchError as error:
            return {"error": str(error)}

    return run_or_refuse


def any_error(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> str:
    """Exactly, but where Go's map order picks one of several errors ("varies") any error will do."""
    if expected.get("error") == "varies":
        return "" if "error" in actual else f"expected an error, got {sorted(actual)}"
    return exactly(expected, actual)


def run_merge(case: Case) -> dict[str, Any]:
    """The result of a merge patch."""
    return {"result": apply_merge_patch(case.input["original"], case.input["patch"])}


def run_json(case: Case) -> dict[str, Any]:
    """The result of a JSON patch."""
    return {"result": apply_json_patch(case.input["original"], case.input["patch"])}


def run_strategic(case: Case) -> dict[str, Any]:
    """The result of a strategic merge patch."""
    original = case.input["original"]
    schema = schema_of(original.get("apiVersion", ""), case.input["kind"])
    return {"result": apply_strategic_merge_patch(original, case.input["patch"], schema)}


def run_three_way(case: Case) -> dict[str, Any]:
    """The patch that kubectl apply makes, and what comes of it."""
    given = case.input
    schema = schema_of(given["modified"].get("apiVersion", ""), given["kind"])
    patch = create_three_way_merge_patch(
        given["original"], given["modified"], given["current"], schema, overwrite=given["overwrite"]
    )
    try:
        return {"patch": patch, "result": apply_strategic_merge_patch(given["current"], patch, schema)}
    except PatchError as error:
        return {"patch": patch, "error": str(error)}


def run_three_way_json(case: Case) -> dict[str, Any]:
    """The patch that kubectl apply makes for a custom resource."""
    given = case.input
    return {
        "result": create_three_way_json_merge_patch(given["original"], given["modified"], given["current"])
    }


def run_create_json_merge(case: Case) -> dict[str, Any]:
    """The same, and what comes of it."""
    patch = run_three_way_json(case)["result"]
    return {"threeWay": patch, "result": apply_merge_patch(case.input["current"] or {}, patch)}


def run_filter_null(case: Case) -> dict[str, Any]:
    """The deletions and the rest of a merge patch."""
    patch = case.input["originalObj"]
    return {"expectedWithNull": keep_only_nulls(patch), "expectedWithoutNull": drop_nulls(patch)}


def in_any_order(tree: Any) -> Any:
    """The tree with every list sorted, and the numbers of upstream's YAML as they are."""
    if isinstance(tree, dict):
        return {key: in_any_order(held) for key, held in tree.items()}
    if isinstance(tree, list):
        return sorted((in_any_order(held) for held in tree), key=sort_key)
    return tree


def ignoring_order(expected: Any, actual: Any) -> str:
    """The same trees, lists in any order: upstream sorts both sides of these tables."""
    return exactly(in_any_order(expected), in_any_order(actual))


def check_strategic_creation(compare: Comparison) -> Callable[[Case], str]:
    """An adapter for upstream's tables of two-way and three-way patches with their results."""

    def run(case: Case) -> str:
        given, expect = case.input, case.expect
        original, current = given.get("original") or {}, given.get("current") or {}
        two_way = create_two_way_merge_patch(original, given["modified"], TEST_SCHEMA)
        wanted = expect.get("twoWayResult") or given["modified"]
        three_way = make_three_way(original, given["modified"], current)
        found = (
            compare(expect["twoWay"], two_way),
            compare(wanted, apply_strategic_merge_patch(original, two_way, TEST_SCHEMA)),
            compare(expect["threeWay"], three_way),
            compare(expect["result"], apply_strategic_merge_patch(current, three_way, TEST_SCHEMA)),
        )
        return "\n".join(text for text in found if text)

    return run


def make_three_way(original: Any, modified: Any, current: Any) -> Any:
    """The three-way patch; upstream's tests insist where there is a conflict."""
    try:
        return create_three_way_merge_patch(original, modified, current, TEST_SCHEMA, overwrite=False)
    except ConflictError:
        return create_three_way_merge_patch(original, modified, current, TEST_SCHEMA, overwrite=True)


def check_strategic_application(case: Case) -> str:
    """A given patch, applied: the result, or a part of the error."""
    expect = case.expect
    try:
        result = apply_strategic_merge_patch(case.input["original"], expect["twoWay"], TEST_SCHEMA)
    except PatchError as error:
        return contains(expect.get("expectedError", "no error"), str(error))
    if "expectedError" in expect:
        return f"expected an error with {expect['expectedError']!r}"
    return ignoring_order(case.input["modified"], result)


def run_has_conflicts(case: Case) -> dict[str, Any]:
    """Whether two patches contradict each other."""
    return {"Ret": has_conflicts(case.input["A"], case.input["B"])}


ADAPTERS = (
    Adapter("api", "apply_threeway", with_error(run_three_way), any_error),
    Adapter("api", "apply_threeway_json", with_error(run_three_way_json)),
    Adapter("api", "patch_json", with_error(run_json)),
    Adapter("api", "patch_merge", with_error(run_merge)),
    Adapter("api", "patch_strategic", with_error(run_strategic), any_error),
    Adapter("meta", "merge_has_conflicts", run_has_conflicts),
    Adapter("patch", "json_merge_createjsonmergepatchtestcasedata", run_create_json_merge),
    Adapter("patch", "json_merge_filternulltestcasedata", run_filter_null),
    Adapter(
        "patch",
        "strategic_create_strategic_merge_patch_test_case_data",
        check_strategic_creation(ignoring_order),
        reported,
    ),
    Adapter(
        "patch",
        "strategic_custom_strategic_merge_patch_raw_test_cases",
        check_strategic_application,
        reported,
    ),
    Adapter(
        "patch",
        "strategic_custom_strategic_merge_patch_test_case_data",
        check_strategic_application,
        reported,
    ),
    Adapter(
        "patch",
        "strategic_replace_raw_extension_patch_test_cases",
        check_strategic_creation(exactly),
        reported,
    ),
    Adapter(
        "patch", "strategic_strategic_merge_patch_raw_test_cases", check_strategic_creation(exactly), reported
    ),
)
