"""The table of merge rules is well formed."""

from seatrial.model.meta.patch_fields_groups import GROUP_FIELDS


def test_no_struct_names_a_field_twice() -> None:
    """A second entry for a field would never be found; the test of patch_schema looks every type up."""
    assert "appsv1.DeploymentSpec" in GROUP_FIELDS
    for struct, declared in GROUP_FIELDS.items():
        names = [entry.partition("@")[0].partition(":")[0] for entry in declared.split()]
        assert sorted(set(names)) == sorted(names), struct
