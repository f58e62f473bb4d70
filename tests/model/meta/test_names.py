"""Names and label parts are refused in upstream's words."""

import pytest

from seatrial.model.meta.names import (
    dns_label_problems,
    dns_subdomain_problems,
    label_key_problems,
    label_value_problems,
)

LONG = "a" * 64


@pytest.mark.parametrize(
    "key, beginnings",
    [
        ("app", ()),
        ("example.com/app", ()),
        ("A.b-C_d9", ()),
        ("", ("name part must be non-empty", "name part must consist of alphanumeric")),
        ("/app", ("prefix part must be non-empty",)),
        ("Example.com/app", ("prefix part a lowercase RFC 1123 subdomain must consist",)),
        (LONG, ("name part must be no more than 63 bytes",)),
        ("a" * 254 + "/app", ("prefix part must be no more than 253 bytes",)),
        ("app-", ("name part must consist of alphanumeric",)),
        ("a/b/c", ("a valid label key must consist of alphanumeric",)),
        ("app\n", ("name part must consist of alphanumeric",)),
    ],
)
def test_label_keys(key: str, beginnings: tuple[str, ...]) -> None:
    """A key is a name, or a DNS subdomain, a slash and a name."""
    problems = label_key_problems(key)
    assert len(beginnings) == len(problems)
    assert all(problem.startswith(beginning) for problem, beginning in zip(problems, beginnings, strict=True))


def test_the_whole_text_of_a_problem() -> None:
    """The text is compared verbatim with a real server's."""
    (problem,) = label_value_problems("bad value")
    expected = (
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and "
        "must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', "
        "regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
    )
    assert expected == problem


@pytest.mark.parametrize(
    "text, value, label, subdomain",
    [
        ("web", 0, 0, 0),
        ("", 0, 1, 1),
        ("a.b", 0, 1, 0),
        ("9a", 0, 0, 0),
        ("A", 0, 1, 1),
        ("a_b", 0, 1, 1),
        ("a-", 1, 1, 1),
        (LONG, 1, 1, 0),
        ("é", 1, 1, 1),
    ],
)
def test_how_many_problems_each_kind_of_name_has(
    text: str, value: int, label: int, subdomain: int
) -> None:
    """Label values, DNS labels and DNS subdomains."""
    counted = tuple(
        len(ask(text))
        for ask in (label_value_problems, dns_label_problems, dns_subdomain_problems)
    )
    assert (value, label, subdomain) == counted


def test_dots_in_a_label_are_named() -> None:
    """A name that would do as a subdomain only has dots too many."""
    assert ("must not contain dots",) == dns_label_problems("a.b")
    assert ("must be no more than 63 bytes", "must not contain dots") == dns_label_problems("a." + LONG)
