"""Resource quantities: parsing, writing, comparing, adding."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from seatrial.model.meta.quantity import (
    DECIMAL_SI,
    MILLI,
    Quantity,
    QuantityError,
    add_quantities,
    compare_quantities,
    format_quantity,
    milli_value,
    negate_quantity,
    parse_quantity,
    round_up,
    scaled_value,
    sign,
    subtract_quantities,
    value,
)
from tests.conformance.adapter import Adapter
from tests.conformance.cases import Case
from tests.conformance.compare import exactly, only_asserted


def run_quantity_parse(case: Case) -> dict[str, Any]:
    """Everything that can be read off a quantity, or the error."""
    text = case.input["text"]
    try:
        quantity = parse_quantity(text)
    except QuantityError as error:
        return {"error": str(error)}
    rounded, exact = round_up(quantity, 0)
    return {
        "canonical": format_quantity(quantity),
        "dec": say_plain(quantity),
        "format": quantity.format,
        "milli_value": str(milli_value(text)),
        "round_up_0": format_quantity(rounded),
        "round_up_exact": exact,
        "sign": sign(quantity),
        "value": str(value(text)),
    }


def run_quantity_arithmetic(case: Case) -> dict[str, Any]:
    """Sum, difference, order and opposite."""
    left, right = parse_quantity(case.input["a"]), parse_quantity(case.input["b"])
    return {
        "add": format_quantity(add_quantities(left, right)),
        "cmp": compare_quantities(left, right),
        "neg_a": format_quantity(negate_quantity(left)),
        "sub": format_quantity(subtract_quantities(left, right)),
    }


def load_exact(given: Mapping[str, Any] | str | None) -> Quantity:
    """The quantity of an exact decimal and a format; upstream's tests build these without parsing."""
    if given is None:
        return Quantity(0)
    text, style = (given, DECIMAL_SI) if isinstance(given, str) else (given["value"], given["format"])
    parts = Decimal(text).as_tuple()
    unscaled = int("".join(map(str, parts.digits)))
    exponent = parts.exponent
    if not isinstance(exponent, int):
        raise QuantityError(f"{text} is no number")
    return Quantity(-unscaled if parts.sign else unscaled, exponent, style)


def say_plain(quantity: Quantity) -> str:
    """The number in decimal digits, as many after the point as its representation has."""
    if quantity.exponent >= 0:
        return str(quantity.unscaled * 10**quantity.exponent)
    digits = str(abs(quantity.unscaled)).rjust(1 - quantity.exponent, "0")
    minus = "-" if quantity.unscaled < 0 else ""
    return f"{minus}{digits[: quantity.exponent]}.{digits[quantity.exponent :]}"


def say_exact(quantity: Quantity) -> dict[str, str]:
    """The exact decimal, without zeros at the end, and the format."""
    text = say_plain(quantity)
    return {"value": text.rstrip("0").rstrip(".") if "." in text else text, "format": quantity.format}


def run_add(case: Case) -> dict[str, Any]:
    """The sum."""
    return {"expected": say_exact(add_quantities(load_exact(case.input["a"]), load_exact(case.input["b"])))}


def run_sub(case: Case) -> dict[str, Any]:
    """The difference."""
    return {
        "expected": say_exact(subtract_quantities(load_exact(case.input["a"]), load_exact(case.input["b"])))
    }


def run_neg(case: Case) -> dict[str, Any]:
    """The opposite."""
    return {"expected": say_exact(negate_quantity(load_exact(case.input["a"])))}


def run_cmp_dec(case: Case) -> dict[str, Any]:
    """The order of two decimals, absent ones being zero."""
    return {"expect": compare_quantities(load_exact(case.input["x"]), load_exact(case.input["y"]))}


def run_cmp(case: Case) -> dict[str, Any]:
    """The order of two quantities."""
    return {"cmp": compare_quantities(load_exact(case.input["a"]), load_exact(case.input["b"]))}


def run_parse_emit(case: Case) -> dict[str, Any]:
    """A text, parsed and written back."""
    return {"expect": format_quantity(parse_quantity(str(case.input["in"]).strip()))}


def run_milli(case: Case) -> dict[str, Any]:
    """So many thousandths, written, and whether reading that gives the same number."""
    quantity = Quantity(case.input["value"], MILLI, case.input["format"])
    text = format_quantity(quantity)
    return {"expect": text, "exact": compare_quantities(parse_quantity(text), quantity) == 0}


def compare_milli(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> str:
    """Upstream asserts exactness only where it expects it."""
    return exactly(dict(expected), dict(actual) if expected["exact"] else {**actual, "exact": False})


def run_new_scaled(case: Case) -> dict[str, Any]:
    """A number at a scale, written."""
    return {"expect": format_quantity(Quantity(case.input["value"], case.input["scale"]))}


def run_scaled_value(case: Case) -> dict[str, Any]:
    """One unit of a scale, in units of another."""
    return {"expected": scaled_value(Quantity(1, case.input["fromScale"]), case.input["toScale"])}


def run_quantity_string(case: Case) -> dict[str, Any]:
    """A number written, and the same number from its other text."""
    quantity = load_exact(case.input["in"])
    alternate = case.expect["alternate"]
    same = not alternate or compare_quantities(quantity, parse_quantity(alternate)) == 0
    return {"expect": format_quantity(quantity), "alternate": alternate if same else "another number"}


def run_parse_quantity(case: Case) -> dict[str, Any]:
    """The exact number of a text, its 64-bit form if it has one, and its canonical text."""
    text = case.input["input"]
    quantity = parse_quantity(text)
    written = format_quantity(quantity)
    exact = {"Dec": say_exact(quantity)["value"]}
    narrow = None if quantity.wide else scaled_value(quantity, 0)
    return {"wantAsInt64": narrow, "wantAsDec": exact, "canonical": "" if written == text else written}


ADAPTERS = (
    Adapter("api", "quantity_parse", run_quantity_parse),
    Adapter("api", "quantity_arithmetic", run_quantity_arithmetic),
    Adapter("quantity", "add", run_add),
    Adapter("quantity", "cmp_dec", run_cmp_dec),
    Adapter("quantity", "cmp_int64_and_dec", run_cmp),
    Adapter("quantity", "json_whitespace", run_parse_emit),
    Adapter("quantity", "milli_new_set", run_milli, compare_milli),
    Adapter("quantity", "neg", run_neg),
    Adapter("quantity", "new_scaled", run_new_scaled),
    Adapter("quantity", "parse_emit", run_parse_emit),
    Adapter("quantity", "parse_quantity", run_parse_quantity, only_asserted),
    Adapter("quantity", "quantity_string", run_quantity_string),
    Adapter("quantity", "scaled_value", run_scaled_value),
    Adapter("quantity", "sub", run_sub),
)
