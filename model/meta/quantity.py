"""Resource quantities: `100m` of cpu, `64Mi` of memory, `1e3` of anything.

A quantity is a decimal number with a format that says how it is written back. Mirrors
k8s.io/apimachinery/pkg/api/resource (quantity.go, amount.go, suffix.go, scale_int.go), release 1.36,
including what its two representations do differently: numbers of up to 18 digits live in 64 bits and turn
into 0 when they do not fit, wider ones live in unbounded decimals and wrap around. Left out: numbers of more
than `MAX_DIGITS` digits, and sums of numbers that lie further apart, are refused; upstream takes them until
it runs out of memory, and no resource has so much of anything.
"""

from collections.abc import Mapping
from typing import Final

import attrs

from seatrial.model.meta.go_format import INT64_MAX, INT64_MIN, GoNumberError, is_digits, parse_int64

DECIMAL_SI: Final = "DecimalSI"
BINARY_SI: Final = "BinarySI"
DECIMAL_EXPONENT: Final = "DecimalExponent"
NANO: Final = -9
MILLI: Final = -3
MAX_DIGITS: Final = 2_000

_FORMAT_WRONG: Final = (
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
)
_NUMERIC_WRONG: Final = "unable to parse numeric part of quantity"
_SUFFIX_WRONG: Final = "unable to parse quantity's suffix"
_DECIMAL_SUFFIXES: Final[Mapping[str, int]] = {
    "n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18,
}  # fmt: skip
_BINARY_SUFFIXES: Final[Mapping[str, int]] = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_NAMES: Final[Mapping[int, str]] = {exponent: name for name, exponent in _DECIMAL_SUFFIXES.items()}
_BINARY_NAMES: Final[Mapping[int, str]] = {exponent: name for name, exponent in _BINARY_SUFFIXES.items()}
_SUFFIX_LETTERS: Final = frozenset("eEinumkKMGTP")
_NARROW_DIGITS: Final = 18
_WRAPPING_PLACES: Final = (1, 2, 3, 6, 9)  # multiplied in one go upstream, whose overflow nobody looks at


class QuantityError(ValueError):
    """A text that is no quantity, or a sum that cannot be represented; str() is upstream's message."""


@attrs.frozen
class Quantity:
    """The number `unscaled` x 10^`exponent`.

    `format` is DecimalSI, BinarySI or DecimalExponent; `wide` says that upstream holds it in an unbounded
    decimal instead of 64 bits; `text` is the text it was parsed from if that is how it is written back.
    Equality compares the representation: use compare_quantities for the numbers.
    """

    unscaled: int
    exponent: int = 0
    format: str = DECIMAL_SI
    wide: bool = False
    text: str = ""


@attrs.frozen
class _Parts:
    """A quantity's text cut up: sign, digits before and after the point, the number, the suffix."""

    negative: bool
    whole: str
    fraction: str
    number: str
    suffix: str


def parse_quantity(text: str) -> Quantity:
    """Return the quantity that `text` writes.

    Raises QuantityError with upstream's message. Source: ParseQuantity, release 1.36.
    """
    if not text:
        raise QuantityError(_FORMAT_WRONG)
    if text == "0":
        return Quantity(0, text=text)
    parts = _split(text)
    base, exponent, style = _interpret_suffix(parts.suffix)
    narrow = _parse_narrow(text, parts, exponent, style)
    return narrow if narrow is not None else _parse_wide(parts, base, exponent, style)


def _split(text: str) -> _Parts:
    start = 1 if text[0] in {"+", "-"} else 0
    at = start
    while at < len(text) and text[at] == "0":
        at += 1
    if at == len(text):
        return _Parts(text[0] == "-", "0", "", "0", "")
    end = _skip_digits(text, at)
    whole, fraction, at = text[at:end] or "0", "", end
    if text[at : at + 1] == ".":
        end = _skip_digits(text, at + 1)
        fraction, at = text[at + 1 : end], end
    return _Parts(text[0] == "-", whole, fraction, text[:at], _checked_suffix(text[at:]))


def _skip_digits(text: str, at: int) -> int:
    while at < len(text) and text[at] in "0123456789":
        at += 1
    return at


def _checked_suffix(suffix: str) -> str:
    at = 0
    while at < len(suffix) and suffix[at] in _SUFFIX_LETTERS:
        at += 1
    if suffix[at : at + 1] in {"+", "-"}:
        at += 1
    if _skip_digits(suffix, at) != len(suffix):
        raise QuantityError(_FORMAT_WRONG)
    return suffix


def _interpret_suffix(suffix: str) -> tuple[int, int, str]:
    if suffix in _DECIMAL_SUFFIXES:
        return 10, _DECIMAL_SUFFIXES[suffix], DECIMAL_SI
    if suffix in _BINARY_SUFFIXES:
        return 2, _BINARY_SUFFIXES[suffix], BINARY_SI
    if len(suffix) > 1 and suffix[0] in "eE":
        try:
            exponent = parse_int64(suffix[1:])
        except GoNumberError:
            raise QuantityError(_SUFFIX_WRONG) from None
        return 10, _wrap(exponent, 32), DECIMAL_EXPONENT
    raise QuantityError(_SUFFIX_WRONG)


def _wrap(number: int, bits: int) -> int:
    """Return `number` as Go's conversion to a signed integer of so many bits leaves it."""
    half = 1 << (bits - 1)
    return (number + half) % (2 * half) - half


def _parse_narrow(text: str, parts: _Parts, exponent: int, style: str) -> Quantity | None:
    """Return the quantity if upstream keeps it in 64 bits, else nothing."""
    scale, mantissa = exponent, 1
    precision = _NARROW_DIGITS - len(parts.whole) - len(parts.fraction)
    if style == BINARY_SI:
        if parts.fraction:
            return None
        scale, mantissa = 0, 1 << exponent
        precision = 14 - len(parts.whole) - exponent * 3 // 10
    scale -= len(parts.fraction)
    if precision < 0 or scale < NANO:
        return None
    digits = parts.whole + parts.fraction
    magnitude = int(digits)
    if magnitude * mantissa > INT64_MAX:
        return None
    if style == BINARY_SI:
        canonical = magnitude & 7 != 0
    else:
        canonical = scale % 3 == 0 and not digits.endswith("000") and digits[0] != "0"
    unscaled = -magnitude * mantissa if parts.negative else magnitude * mantissa
    return Quantity(unscaled, scale, style, text=text if canonical else "")


def _parse_wide(parts: _Parts, base: int, exponent: int, style: str) -> Quantity:
    digits = parts.number.lstrip("+-").replace(".", "", 1)
    if not is_digits(digits):
        raise QuantityError(_NUMERIC_WRONG)
    _refuse_spread(len(digits))
    magnitude, scale = int(digits), -len(parts.fraction)
    if base == 2:
        magnitude <<= exponent
    else:
        scale += exponent
    if magnitude:
        magnitude, scale, _ = _rounded_up(magnitude, scale, NANO)
    if style == BINARY_SI and magnitude > INT64_MAX * 10**-scale:
        magnitude, scale = INT64_MAX, 0
    if style == BINARY_SI and 0 < magnitude < 10**-scale:
        style = DECIMAL_SI
    return Quantity(-magnitude if parts.negative else magnitude, scale, style, wide=True)


def _reduce(unscaled: int, places: int) -> tuple[int, bool]:
    """Divide by 10^places, rounding away from zero; also tell whether that was exact."""
    if places > len(str(abs(unscaled))):
        return (unscaled > 0) - (unscaled < 0), unscaled == 0
    quotient, remainder = divmod(abs(unscaled), 10**places)
    magnitude = quotient + (remainder != 0)
    return (magnitude if unscaled >= 0 else -magnitude), remainder == 0


def _rounded_up(unscaled: int, exponent: int, scale: int) -> tuple[int, int, bool]:
    """Bring a wide number to exactly the exponent `scale`, rounding away from zero."""
    if exponent >= scale:
        _refuse_spread(exponent - scale)
        return unscaled * 10 ** (exponent - scale), scale, True
    reduced, exact = _reduce(unscaled, scale - exponent)
    return reduced, scale, exact


def _refuse_spread(places: int) -> None:
    if places > MAX_DIGITS:
        raise QuantityError(f"a quantity may have {MAX_DIGITS} digits, not {places}")


def format_quantity(quantity: Quantity) -> str:
    """Return the canonical text of `quantity` (`String` upstream): what the API shows."""
    if quantity.text:
        return quantity.text
    if quantity.unscaled == 0:
        return "0"
    if quantity.format == BINARY_SI and not _is_small(quantity):
        rounded, exact = round_up(quantity, 0)
        if exact:
            return _format_binary(rounded)
    style = DECIMAL_SI if quantity.format in {DECIMAL_SI, BINARY_SI} else DECIMAL_EXPONENT
    return _format_decimal(quantity, style)


def _is_small(quantity: Quantity) -> bool:
    limit = Quantity(1024)
    magnitude = attrs.evolve(quantity, unscaled=abs(quantity.unscaled), text="")
    return compare_quantities(magnitude, limit) < 0


def _format_binary(quantity: Quantity) -> str:
    number, exponent = quantity.unscaled * 10**quantity.exponent, 0
    while number % 1024 == 0:
        number, exponent = number // 1024, exponent + 10
    return f"{number}{_BINARY_NAMES.get(exponent, '')}"


def _format_decimal(quantity: Quantity, style: str) -> str:
    number, exponent = quantity.unscaled, quantity.exponent
    while number % 10 == 0:
        number, exponent = number // 10, exponent + 1
    number, exponent = number * 10 ** (exponent % 3), exponent - exponent % 3
    if style == DECIMAL_SI:
        return f"{number}{_DECIMAL_NAMES.get(exponent, '')}"
    return f"{number}e{exponent}" if exponent else str(number)


def compare_quantities(left: Quantity, right: Quantity) -> int:
    """Return -1, 0 or 1 as `left` is less than, equal to or greater than `right`."""
    signs = sign(left), sign(right)
    if signs[0] != signs[1] or signs[0] == 0:
        return (signs[0] > signs[1]) - (signs[0] < signs[1])
    leading = _leading_digit(left), _leading_digit(right)
    if leading[0] != leading[1]:
        return signs[0] if leading[0] > leading[1] else -signs[0]
    first, second, _ = _aligned(left, right)
    return (first > second) - (first < second)


def sign(quantity: Quantity) -> int:
    """Return -1, 0 or 1: the sign of the number."""
    return (quantity.unscaled > 0) - (quantity.unscaled < 0)


def _leading_digit(quantity: Quantity) -> int:
    return len(str(abs(quantity.unscaled))) + quantity.exponent


def _aligned(left: Quantity, right: Quantity) -> tuple[int, int, int]:
    exponent = min(left.exponent, right.exponent)
    _refuse_spread(max(left.exponent, right.exponent) - exponent)
    first = left.unscaled * 10 ** (left.exponent - exponent)
    return first, right.unscaled * 10 ** (right.exponent - exponent), exponent


def add_quantities(left: Quantity, right: Quantity) -> Quantity:
    """Return the sum; a zero `left` takes the format of `right`. Source: Quantity.Add, release 1.36."""
    style = right.format if left.unscaled == 0 else left.format
    if not left.wide and not right.wide:
        if right.unscaled == 0:
            return attrs.evolve(left, format=style, text="")
        if left.unscaled == 0:
            return attrs.evolve(right, format=style, text="")
        first, second, exponent = _aligned(left, right)
        if _fits(first) and _fits(second) and _fits(first + second):
            return Quantity(first + second, exponent, style)
    first, second, exponent = _aligned(left, right)
    return Quantity(first + second, exponent, style, wide=True)


def subtract_quantities(left: Quantity, right: Quantity) -> Quantity:
    """Return the difference; a zero `left` takes the format of `right`."""
    return add_quantities(left, attrs.evolve(right, unscaled=-right.unscaled))


def negate_quantity(quantity: Quantity) -> Quantity:
    """Return the number with the opposite sign."""
    return attrs.evolve(quantity, unscaled=-quantity.unscaled, text="")


def _fits(number: int) -> bool:
    return INT64_MIN <= number <= INT64_MAX


def _scaled_up(unscaled: int, places: int) -> int | None:
    """Multiply by 10^places, or return nothing if 64 bits cannot hold the product."""
    if unscaled == 0:
        return 0
    if places > 19:
        return None
    product: int = unscaled * 10**places
    return product if _fits(product) else None


def scaled_value(quantity: Quantity, scale: int) -> int:
    """Return the number in units of 10^`scale`, rounded up, as the 64 bits that upstream returns.

    A number that does not fit wraps around if it is held wide or the scales are close, else it becomes 0.
    Source: ScaledValue, release 1.36.
    """
    places = scale - quantity.exponent
    if quantity.wide:
        return _wide_value(quantity.unscaled, places)
    if places > 0:
        return _reduce(quantity.unscaled, places)[0]
    scaled = _scaled_up(quantity.unscaled, -places)
    if scaled is not None:
        return scaled
    return _wrap(quantity.unscaled * 10**-places, 64) if -places in _WRAPPING_PLACES else 0


def _wide_value(unscaled: int, places: int) -> int:
    if places <= 0:
        # From 10^64 on every product is a multiple of 2^64.
        return _wrap(_wrap(unscaled, 64) * 10 ** min(-places, 64), 64)
    if unscaled < INT64_MAX and places < 19:
        narrow = _wrap(unscaled, 64)
        quotient: int = abs(narrow) // 10**places
        exact = quotient * 10**places == abs(narrow)
        return (quotient if narrow >= 0 else -quotient) + (not exact)
    if places > len(str(abs(unscaled))):
        return 1 if unscaled > 0 else 0
    quotient, remainder = divmod(unscaled, 10**places)
    return _wrap(_wrap(quotient, 64) + (remainder != 0), 64)


def round_up(quantity: Quantity, scale: int) -> tuple[Quantity, bool]:
    """Return the number rounded away from zero to units of 10^`scale`, and whether that was exact."""
    if quantity.wide:
        unscaled, exponent, exact = _rounded_up(quantity.unscaled, quantity.exponent, scale)
        return attrs.evolve(quantity, unscaled=unscaled, exponent=exponent, text=""), exact
    if quantity.exponent >= scale:
        return quantity, True
    unscaled, exact = _reduce(quantity.unscaled, scale - quantity.exponent)
    return attrs.evolve(quantity, unscaled=unscaled, exponent=scale, text=""), exact


def value(text: str) -> int:
    """Return the whole number that `text` writes, rounded up (`Value` upstream); raises QuantityError."""
    if len(text) <= _NARROW_DIGITS and is_digits(text):
        return int(text)
    return scaled_value(parse_quantity(text), 0)


def milli_value(text: str) -> int:
    """Return the thousandths that `text` writes, rounded up (`MilliValue` upstream); raises QuantityError."""
    if len(text) <= 12:
        if is_digits(text):
            return int(text) * 1000
        if text.endswith("m") and is_digits(text[:-1]):
            return int(text[:-1])
    return scaled_value(parse_quantity(text), MILLI)
