"""Field errors read as the API server writes them."""

from seatrial.model.api.field_errors import (
    Cause,
    cause_of,
    duplicate,
    forbidden,
    in_key_order,
    invalid,
    invalid_without_value,
    joined,
    nonnegative,
    not_found,
    not_supported,
    required,
    too_long,
    too_many,
)


def test_messages() -> None:
    """Every kind of error, with and without a value and a detail."""
    errors = joined((
        invalid("f", "a\n", "no"),
        invalid("f", {"b": 1, "a": None}, "no"),
        invalid_without_value("f", "no"),
        required("f"),
        required("f", "please"),
        not_supported("f", "x", ("a", "b")),
        duplicate("f", 3),
        not_found("f", ""),
        forbidden("f", "no"),
        too_long("f", 5),
        too_many("f", 3, 1),
    ))  # fmt: skip
    assert [
        'Invalid value: "a\\n": no',
        'Invalid value: {"b":1,"a":null}: no',
        "Invalid value: no",
        "Required value",
        "Required value: please",
        'Unsupported value: "x": supported values: "a", "b"',
        "Duplicate value: 3",
        'Not found: ""',
        "Forbidden: no",
        "Too long: may not be more than 5 bytes",
        "Too many: 3: must have at most 1 item",
    ] == [error.message for error in errors]


def test_counts_may_be_absent_or_zero_but_not_negative() -> None:
    """None and 0 pass, -1 does not."""
    assert () == nonnegative("f", None) + nonnegative("f", 0)
    assert ["Invalid value: -1: must be greater than or equal to 0"] == [
        e.message for e in nonnegative("f", -1)
    ]


def test_an_error_becomes_a_cause_of_a_status() -> None:
    """Reason, message and field carry over."""
    (error,) = required("spec.x")
    assert Cause("FieldValueRequired", "Required value", "spec.x") == cause_of(error)


def test_maps_are_shown_in_key_order() -> None:
    """A Go map has no order of its own; JSON sorts it."""
    assert ["a", "b"] == list(in_key_order({"b": "1", "a": None}))
