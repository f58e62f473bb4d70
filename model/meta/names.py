"""What a label key, a label value and an object's name may look like, and how upstream says that one may not.

Mirrors k8s.io/apimachinery/pkg/util/validation/validation.go, release 1.36; the texts are part of a 422's
message. Left out: identifiers that only other APIs use (C identifiers, HTTP header names, paths).
"""

import re
from typing import Final

LABEL_MAX_LENGTH: Final = 63
SUBDOMAIN_MAX_LENGTH: Final = 253

_KEY_PATTERN: Final = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_VALUE_PATTERN: Final = f"({_KEY_PATTERN})?"
_DNS_LABEL_PATTERN: Final = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_DNS_SUBDOMAIN_PATTERN: Final = f"{_DNS_LABEL_PATTERN}(\\.{_DNS_LABEL_PATTERN})*"
_ALPHANUMERIC: Final = (
    "consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character"
)
_KEY_EXAMPLES: Final = ("MyName", "my.name", "123-abc")
_KEY: Final = re.compile(_KEY_PATTERN, re.ASCII)
_VALUE: Final = re.compile(_VALUE_PATTERN, re.ASCII)
_DNS_LABEL: Final = re.compile(_DNS_LABEL_PATTERN, re.ASCII)
_DNS_SUBDOMAIN: Final = re.compile(_DNS_SUBDOMAIN_PATTERN, re.ASCII)


def _too_long(limit: int) -> str:
    return f"must be no more than {limit} bytes"


def _mismatch(message: str, pattern: str, *examples: str) -> str:
    listed = " or ".join(f"'{example}', " for example in examples)
    return f"{message} (e.g. {listed}regex used for validation is '{pattern}')"


def label_key_problems(key: str) -> tuple[str, ...]:
    """Return what is wrong with a label key (`IsQualifiedName` upstream); empty if nothing is."""
    parts = key.split("/")
    if len(parts) > 2:
        message = _mismatch(f"a valid label key must {_ALPHANUMERIC}", _KEY_PATTERN, *_KEY_EXAMPLES)
        return (f"{message} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",)
    problems = _prefix_problems(parts[0]) if len(parts) == 2 else ()
    name = parts[-1]
    if not name:
        problems += ("name part must be non-empty",)
    elif len(name.encode()) > LABEL_MAX_LENGTH:
        problems += (f"name part {_too_long(LABEL_MAX_LENGTH)}",)
    if not _KEY.fullmatch(name):
        message = _mismatch(f"must {_ALPHANUMERIC}", _KEY_PATTERN, *_KEY_EXAMPLES)
        problems += (f"name part {message}",)
    return problems


def _prefix_problems(prefix: str) -> tuple[str, ...]:
    if not prefix:
        return ("prefix part must be non-empty",)
    return tuple(f"prefix part {problem}" for problem in dns_subdomain_problems(prefix))


def label_value_problems(text: str) -> tuple[str, ...]:
    """Return what is wrong with a label value; empty if nothing is."""
    problems: tuple[str, ...] = ()
    if len(text.encode()) > LABEL_MAX_LENGTH:
        problems += (_too_long(LABEL_MAX_LENGTH),)
    if not _VALUE.fullmatch(text):
        message = f"a valid label must be an empty string or {_ALPHANUMERIC}"
        problems += (_mismatch(message, _VALUE_PATTERN, "MyValue", "my_value", "12345"),)
    return problems


def dns_subdomain_problems(text: str) -> tuple[str, ...]:
    """Return what is wrong with a DNS subdomain, which most objects' names are; empty if nothing is."""
    problems: tuple[str, ...] = ()
    if len(text.encode()) > SUBDOMAIN_MAX_LENGTH:
        problems += (_too_long(SUBDOMAIN_MAX_LENGTH),)
    if not _DNS_SUBDOMAIN.fullmatch(text):
        message = (
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
            "and must start and end with an alphanumeric character"
        )
        problems += (_mismatch(message, _DNS_SUBDOMAIN_PATTERN, "example.com"),)
    return problems


def dns_label_problems(text: str) -> tuple[str, ...]:
    """Return what is wrong with a DNS label (a Namespace's or container's name); empty if nothing is."""
    problems: tuple[str, ...] = ()
    if len(text.encode()) > LABEL_MAX_LENGTH:
        problems += (_too_long(LABEL_MAX_LENGTH),)
    if _DNS_LABEL.fullmatch(text):
        return problems
    if _DNS_SUBDOMAIN.fullmatch(text):
        return (*problems, "must not contain dots")
    message = (
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
        "and must start and end with an alphanumeric character"
    )
    return (*problems, _mismatch(message, _DNS_LABEL_PATTERN, "my-name", "123-abc"))
