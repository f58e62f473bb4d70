"""The tables know how every field of a built-in kind is merged."""

import pytest

from seatrial.model.meta.json_tree import PatchError
from seatrial.model.meta.patch_schema import (
    BUILT_IN_FIELDS,
    PatchSchema,
    lookup_field,
    lookup_list,
    schema_of,
)

SCALARS = frozenset({"bool", "float64", "int32", "int64", "map", "string", "uint8", "int"})
NO_STRUCT = "merging an object in json but data type is not struct, instead is"
LEAVES = {*SCALARS, "Time", "MicroTime", "FieldsV1"}


def walk(schema: PatchSchema, path: str) -> tuple[str, str]:
    """The strategy and merge key of the field at a path, through lists and objects."""
    *steps, last = path.split(".")
    for step in steps:
        field = lookup_field(schema, step)
        schema = lookup_list(schema, step).schema if "[]" in field.schema.type else field.schema
    found = lookup_field(schema, last)
    return found.strategy, found.merge_key


@pytest.mark.parametrize(
    "api_version, kind, path, strategy, merge_key",
    [
        ("v1", "Pod", "spec.containers", "merge", "name"),
        ("v1", "Pod", "spec.containers.env", "merge", "name"),
        ("v1", "Pod", "spec.containers.ports", "merge", "containerPort"),
        ("v1", "Pod", "spec.containers.volumeMounts", "merge", "mountPath"),
        ("v1", "Pod", "spec.containers.args", "", ""),
        ("v1", "Pod", "spec.tolerations", "", ""),
        ("v1", "Pod", "spec.topologySpreadConstraints", "merge", "topologyKey"),
        ("v1", "Pod", "spec.hostAliases", "merge", "ip"),
        ("v1", "Pod", "spec.imagePullSecrets", "merge", "name"),
        ("v1", "Pod", "status.conditions", "merge", "type"),
        ("v1", "Pod", "metadata.finalizers", "merge", ""),
        ("v1", "Pod", "metadata.ownerReferences", "merge", "uid"),
        ("v1", "Node", "status.addresses", "merge", "type"),
        ("v1", "Node", "spec.taints", "", ""),
        ("v1", "Service", "spec.ports", "merge", "port"),
        ("apps/v1", "Deployment", "spec.template.spec.containers", "merge", "name"),
        ("batch/v1", "CronJob", "spec.jobTemplate.spec.template.spec.containers", "merge", "name"),
        ("policy/v1", "PodDisruptionBudget", "status.conditions", "merge", "type"),
        ("rbac.authorization.k8s.io/v1", "Role", "rules", "", ""),
    ],
)
def test_well_known_fields(api_version: str, kind: str, path: str, strategy: str, merge_key: str) -> None:
    """The merge keys that everybody relies on, and the lists that are replaced whole."""
    assert (strategy, merge_key) == walk(schema_of(api_version, kind), path)


def test_volumes_and_strategies_retain_keys() -> None:
    """Changing a volume's or a rollout's kind drops what belonged to the old one."""
    pod, deployment = schema_of("v1", "Pod"), schema_of("apps/v1", "Deployment")
    assert lookup_list(lookup_field(pod, "spec").schema, "volumes").retain_keys
    strategy = lookup_field(lookup_field(deployment, "spec").schema, "strategy")
    assert (True, "") == (strategy.retain_keys, strategy.strategy)


def test_every_type_in_the_tables_is_known() -> None:
    """A type is a struct of the tables, a scalar, a map or a leaf; strategies are merge or replace."""
    unknown = []
    for struct, declared in BUILT_IN_FIELDS.items():
        for entry in declared.split():
            name = entry.partition("@")[0].partition(":")[0]
            field = lookup_field(PatchSchema(struct), name)
            base = field.schema.type.lstrip("*[]")
            if base not in BUILT_IN_FIELDS and base not in LEAVES:
                unknown.append(f"{struct}.{name}: {base}")
            assert field.strategy in {"", "merge", "replace"}
    assert not unknown
    assert len(BUILT_IN_FIELDS) > 300


def test_names_are_compared_exactly_and_then_without_case() -> None:
    """Go's JSON accepts a field in the wrong case if no other fits."""
    pod = schema_of("v1", "Pod")
    assert lookup_field(pod, "spec") == lookup_field(pod, "SPEC")


@pytest.mark.parametrize(
    "look, schema, name, message",
    [
        (lookup_field, "Pod", "specs", 'unable to find api field in struct Pod for the json field "specs"'),
        (
            lookup_field,
            "*appsv1.DeploymentSpec",
            "tolerations",
            'unable to find api field in struct DeploymentSpec for the json field "tolerations"',
        ),
        (lookup_field, "map", "x", f"{NO_STRUCT}: map"),
        (
            lookup_field,
            "*int32",
            "x",
            f"{NO_STRUCT}: int32",
        ),
        (
            lookup_field,
            "[]Pod",
            "x",
            f"{NO_STRUCT}: slice",
        ),
        (lookup_list, "Pod", "spec", "expected slice or array type, but got: struct"),
        (lookup_list, "*Affinity", "x", 'unable to find api field in struct Affinity for the json field "x"'),
        (lookup_list, "*ObjectMeta", "labels", "expected slice or array type, but got: ptr"),
    ],
)
def test_errors_name_types_as_go_does(look: object, schema: str, name: str, message: str) -> None:
    """The messages are Go's, with its words for kinds of types."""
    assert callable(look)
    with pytest.raises(PatchError) as refused:
        look(PatchSchema(schema), name)
    assert message == str(refused.value)


def test_a_kind_outside_the_tables_is_refused() -> None:
    """Custom resources take no strategic merge patches."""
    with pytest.raises(PatchError, match=r"no strategic merge patch for Widget of example\.com/v1"):
        schema_of("example.com/v1", "Widget")


def test_odd_tables() -> None:
    """A pointer to a list has that list's items; lists of lists and two strategies are refused."""
    fields = {"S": "a:*[]S b:[][]S c:[]S@merge,replace/name d:*S@merge/name"}
    schema = PatchSchema("S", fields)
    assert ("S", "S") == (lookup_list(schema, "a").schema.type, lookup_list(schema, "d").schema.type)
    with pytest.raises(PatchError, match="unexpected slice of slice"):
        lookup_list(schema, "b")
    with pytest.raises(PatchError, match=r"unexpected patch strategy: \[merge replace\]"):
        lookup_field(schema, "c")
