"""The API server's refusals, with the codes, reasons and messages of a real one (recorded on 1.36.3)."""

from typing import Any

from seatrial.model.api.registry import Kind
from seatrial.model.client.calls import Reply


def not_found(kind: Kind, name: str) -> Reply:
    """404: there is no such object."""
    return Reply(404, reason="NotFound", message=f'{kind.qualified} "{name}" not found')


def already_exists(kind: Kind, name: str) -> Reply:
    """409: the name is taken."""
    return Reply(409, reason="AlreadyExists", message=f'{kind.qualified} "{name}" already exists')


def conflict(kind: Kind, name: str, why: str = "", resource: str = "") -> Reply:
    """409: the object is not the one that the client read."""
    why = why or ("the object has been modified; please apply your changes to the latest version and try again")
    return Reply(409, reason="Conflict",
                 message=f'Operation cannot be fulfilled on {resource or kind.qualified} "{name}": {why}')


def uid_conflict(kind: Kind, old: Any, uid: str) -> Reply:  # noqa: ANN401 -- any object
    """409: another object now has the name."""
    return conflict(kind, old.metadata.name, f"Precondition failed: UID in precondition: {uid}, UID in object meta: "
                    f"{old.metadata.uid}")


def invalid(kind: Kind, name: str, why: str) -> Reply:
    """422: the object breaks a rule of its kind."""
    qualified = f"{kind.name}.{kind.group}" if kind.group else kind.name
    return Reply(422, reason="Invalid", message=f'{qualified} "{name}" is invalid: {why}')


def forbidden(kind: Kind, name: str, why: str) -> Reply:
    """403: a policy says no."""
    subject = f'{kind.qualified} "{name}"' if name else kind.qualified
    return Reply(403, reason="Forbidden", message=f"{subject} is forbidden: {why}")
