"""Numbers that may be given as a percentage, such as maxSurge and maxUnavailable.

A field of type IntOrString is an integer or a text ending in a percent sign, a share of some total. Mirrors
k8s.io/apimachinery/pkg/util/intstr, release 1.36. Left out: upstream multiplies in floating point; integers
give the same result while the product stays below 2**53, which replica counts and percentages do, and they
can be reasoned about for all values.
"""

from seatrial.model.meta.go_format import GoNumberError, parse_int64, quote

IntOrString = int | str


class IntOrStringError(ValueError):
    """An IntOrString that is neither an integer nor a percentage; str() is upstream's message."""


def get_scaled_value_from_int_or_percent(value: IntOrString, total: int, round_up: bool) -> int:  # noqa: FBT001 -- upstream's signature
    """Return `value`, or that share of `total` if it is a percentage.

    `total` counts the same things as the result (pods, say). A share is rounded up or down as asked.
    Raises IntOrStringError for a text that is not a whole number followed by a percent sign.
    Source: pkg/util/intstr/intstr.go, release 1.36.
    """
    if not isinstance(value, str):
        return value
    return scale_percentage(get_percentage(value), total, round_up)


def scale_percentage(percentage: int, total: int, round_up: bool) -> int:  # noqa: FBT001 -- as above
    """Return `percentage` hundredths of `total`, rounded up or down."""
    product = percentage * total
    if round_up:
        return -(-product // 100)
    return product // 100


def get_percentage(value: str) -> int:
    """Return the number before the percent sign.

    Raises IntOrStringError if there is no percent sign or no whole number before it.
    """
    if not value.endswith("%"):
        raise IntOrStringError("invalid value for IntOrString: invalid type: string is not a percentage")
    try:
        return parse_int64(value[:-1], "Atoi")
    except GoNumberError as error:
        raise IntOrStringError(
            f"invalid value for IntOrString: invalid value {quote(value)}: {error}"
        ) from error
