"""Single values: ports, percentages, addresses, names."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.validation_formats import (
    cidr,
    dns_label,
    dns_subdomain_prefix,
    int_or_percent_value,
    is_ipv4,
    is_ipv6,
    not_more_than_100_percent,
    path_segment_problems,
    port_name_problems,
    port_number,
    positive_int_or_percent,
)


@given(st.ip_addresses(v=4).map(str))
def test_every_ipv4_address_is_one(address: str) -> None:
    """And none is an IPv6 address."""
    assert is_ipv4(address)
    assert not is_ipv6(address)


@given(st.ip_addresses(v=6), st.booleans())
def test_every_ipv6_address_is_one(address: ipaddress.IPv6Address, long: bool) -> None:
    """In its short form and in its long one."""
    assert is_ipv6(address.exploded if long else address.compressed)


@given(st.text("0123456789abcdef:.", max_size=20))
def test_what_python_refuses_as_ipv6_is_refused(text: str) -> None:
    """The two readers agree, but for the leading zeros that legacy fields allow in a last IPv4 part."""
    try:
        ipaddress.IPv6Address(text)
        valid = True
    except ValueError:
        valid = False
    assert valid == is_ipv6(text) or "." in text


@pytest.mark.parametrize("text", ["10.0.0.0/8", "::/0", "fd00::/64", "10.0.0.1/32"])
def test_ranges(text: str) -> None:
    """Addresses with the length of a prefix."""
    assert () == cidr("f", text)


@pytest.mark.parametrize("text", ["10.0.0.0", "10.0.0.0/33", "x/8", "10.0.0.0/", "10.0.0.0/-1", "::/129"])
def test_wrong_ranges(text: str) -> None:
    """Negative control."""
    assert 1 == len(cidr("f", text))


def test_ports() -> None:
    """Both ends of the range are in it."""
    assert () == port_number("f", 1) + port_number("f", 65535)
    assert 2 == len(port_number("f", 0) + port_number("f", 65536))


@pytest.mark.parametrize(
    "name, count", [("http", 0), ("a", 0), ("1", 1), ("", 2), ("-a", 1), ("a--b", 1), ("A", 2), ("a" * 16, 1)]
)
def test_port_names(name: str, count: int) -> None:
    """Every broken rule is one problem."""
    assert count == len(port_name_problems(name))


def test_counts_and_percentages() -> None:
    """A share ends in a percent sign; more than all is too much where that is asked."""
    assert () == positive_int_or_percent("f", 3) + positive_int_or_percent("f", "150%")
    assert 2 == len(positive_int_or_percent("f", -1) + positive_int_or_percent("f", "3"))
    assert 1 == len(not_more_than_100_percent("f", "101%"))
    assert () == not_more_than_100_percent("f", "100%") + not_more_than_100_percent("f", 200)
    assert [3, 25, 0] == [int_or_percent_value(value) for value in (3, "25%", "x")]


def test_names() -> None:
    """A generated name may end in a dash before its random part, and lengths are in characters."""
    assert () == dns_subdomain_prefix("f", "web-")
    assert ["must be no more than 63 characters"] == [error.detail for error in dns_label("f", "a" * 64)]
    assert ("may not be '..'",) == path_segment_problems("..")
    assert ("may not contain '/'",) == path_segment_problems("a/b")
