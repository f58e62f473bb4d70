"""Formats of single values: port numbers and names, percentages, IP addresses, CIDRs, identifiers.

Mirrors k8s.io/apimachinery/pkg/util/validation and pkg/apis/core/validation (names.go and the IP helpers),
release 1.36. IP addresses are read as the legacy fields read them: leading zeros and IPv4-mapped IPv6
addresses pass.
"""

import re
from typing import Final

from seatrial.model.api.field_errors import Errors, invalid
from seatrial.model.meta.names import dns_label_problems, dns_subdomain_problems

MAX_INT32: Final = 2**31 - 1
MAX_INT64: Final = 2**63 - 1

_PORT_NAME: Final = re.compile(r"[-a-z0-9]+", re.ASCII)
_PERCENT: Final = re.compile(r"[0-9]+%", re.ASCII)
_IPV4_PART: Final = re.compile(r"[0-9]{1,3}", re.ASCII)
_IPV6_GROUP: Final = re.compile(r"[0-9a-fA-F]{1,4}", re.ASCII)
_PERCENT_TEXT: Final = (
    "a valid percent string must be a numeric string followed by an ending '%' "
    "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
)
_NO_IP: Final = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
_NO_CIDR: Final = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
IPV4_PARTS: Final = 4
IPV6_GROUPS: Final = 8


def range_text(low: int, high: int) -> str:
    """How upstream says that a number is outside of its range, both ends included."""
    return f"must be between {low} and {high}, inclusive"


def port_number(field: str, value: int) -> Errors:
    """A port is 1 to 65535."""
    return () if 1 <= value <= 65535 else invalid(field, value, range_text(1, 65535))


def port_name_problems(name: str) -> tuple[str, ...]:
    """What is wrong with a port's name (`IsValidPortName`): at most 15 of a-z, 0-9 and single hyphens."""
    problems: list[str] = []
    if len(name.encode()) > 15:
        problems.append("must be no more than 15 characters")
    if not _PORT_NAME.fullmatch(name):
        problems.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search("[a-z]", name):
        problems.append("must contain at least one letter (a-z)")
    if "--" in name:
        problems.append("must not contain consecutive hyphens")
    if name and (name[0] == "-" or name[-1] == "-"):
        problems.append("must not begin or end with a hyphen")
    return tuple(problems)


def port_number_or_name(field: str, value: int | str) -> Errors:
    """A targetPort or a probe's port: a number in range, or a port's name."""
    if isinstance(value, str):
        return invalid(field, value, *port_name_problems(value))
    return port_number(field, value)


def positive_int_or_percent(field: str, value: int | str) -> Errors:
    """maxSurge, maxUnavailable: a count that is not negative, or a percentage."""
    if isinstance(value, str):
        return () if _PERCENT.fullmatch(value) else invalid(field, value, _PERCENT_TEXT)
    return () if value >= 0 else invalid(field, value, "must be greater than or equal to 0")


def not_more_than_100_percent(field: str, value: int | str) -> Errors:
    """A percentage of at most 100; a count passes."""
    if isinstance(value, str) and _PERCENT.fullmatch(value) and int(value[:-1]) > 100:
        return invalid(field, value, "must not be greater than 100%")
    return ()


def int_or_percent_value(value: int | str) -> int:
    """The number itself, or the one before the percent sign; 0 for another text."""
    if isinstance(value, int):
        return value
    return int(value[:-1]) if _PERCENT.fullmatch(value) else 0


def dns_label(field: str, value: str) -> Errors:
    """A DNS label; one error for each problem."""
    return invalid(field, value, *_in_characters(dns_label_problems(value)))


def dns_subdomain(field: str, value: str) -> Errors:
    """A DNS subdomain; one error for each problem."""
    return invalid(field, value, *_in_characters(dns_subdomain_problems(value)))


def dns_subdomain_prefix(field: str, value: str) -> Errors:
    """A DNS subdomain, or the start of one that ends in a dash."""
    masked = f"{value[:-1]}a" if value.endswith("-") and len(value) > 1 else value
    return invalid(field, value, *_in_characters(dns_subdomain_problems(masked)))


def dns_label_prefix(field: str, value: str) -> Errors:
    """A DNS label, or the start of one that ends in a dash."""
    masked = f"{value[:-1]}a" if value.endswith("-") and len(value) > 1 else value
    return invalid(field, value, *_in_characters(dns_label_problems(masked)))


def _in_characters(problems: tuple[str, ...]) -> tuple[str, ...]:
    """Upstream counts bytes in either case, and says "characters" where the text is a name."""
    return tuple(
        f"{problem.removesuffix(' bytes')} characters" if problem.endswith(" bytes") else problem
        for problem in problems
    )


def is_ipv4(text: str) -> bool:
    """Whether the text is four numbers of at most 255; leading zeros pass, as in legacy fields."""
    parts = text.split(".")
    return len(parts) == IPV4_PARTS and all(_IPV4_PART.fullmatch(p) and int(p) <= 255 for p in parts)


def is_ipv6(text: str) -> bool:
    """Whether the text is an IPv6 address without a zone."""
    halves = text.split("::")
    if len(halves) > 2 or not text:
        return False
    groups = [half.split(":") if half else [] for half in halves]
    count = sum(len(group) for group in groups)
    flat = [group for half in groups for group in half]
    if flat and "." in flat[-1]:
        if not is_ipv4(flat.pop()):
            return False
        count += 1
    if not all(_IPV6_GROUP.fullmatch(group) for group in flat):
        return False
    return count < IPV6_GROUPS if len(halves) == 2 else count == IPV6_GROUPS


def ip_address(field: str, value: str) -> Errors:
    """An IPv4 or IPv6 address."""
    return () if is_ipv4(value) or is_ipv6(value) else invalid(field, value, _NO_IP)


def cidr(field: str, value: str) -> Errors:
    """An address and the length of its prefix."""
    address, slash, length = value.partition("/")
    bits = 32 if is_ipv4(address) else 128 if is_ipv6(address) else -1
    good = slash and length.isdecimal() and length.isascii() and bits >= 0 and int(length) <= bits
    return () if good else invalid(field, value, _NO_CIDR)


def path_segment_problems(name: str) -> tuple[str, ...]:
    """What is wrong with a name that needs only to fit into a URL (RBAC objects, PodDisruptionBudgets)."""
    if name in {".", ".."}:
        return (f"may not be '{name}'",)
    return tuple(f"may not contain '{character}'" for character in "/%" if character in name)
