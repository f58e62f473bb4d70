"""The API server's refusals, with the codes, reasons and messages of a real one (recorded on 1.36.3)."""

from typing import Any

from seatrial.model.api.meta import key_of
from seatrial.model.api.registry import Kind
from seatrial.model.client.calls import ContinueToken, Happening, Reply
from seatrial.model.view import View


def not_found(kind: Kind, name: str) -> Reply:
    """404: there is no such object."""
    return Reply(404, reason="NotFound", message=f'{kind.qualified} "{name}" not found')


def already_exists(kind: Kind, name: str, *, in_deletion: bool = False) -> Reply:
    """409: the name is taken, maybe by an object that is on its way out."""
    why = "object is being deleted: " if in_deletion else ""
    return Reply(409, reason="AlreadyExists", message=f'{why}{kind.qualified} "{name}" already exists')


def bad_request(why: str) -> Reply:
    """400: the request cannot be understood."""
    return Reply(400, reason="BadRequest", message=why)


def conflict(kind: Kind, name: str, why: str = "", resource: str = "") -> Reply:
    """409: the object is not the one that the client read."""
    why = why or ("the object has been modified; please apply your changes to the latest version and try again")
    return Reply(409, reason="Conflict",
                 message=f'Operation cannot be fulfilled on {resource or kind.qualified} "{name}": {why}')


REGISTRY_PATHS = {"nodes": "minions", "services": "services/specs"}


def uid_conflict(kind: Kind, old: Any, uid: str) -> Reply:  # noqa: ANN401 -- any object
    """409: another object now has the name."""
    folder = REGISTRY_PATHS.get(kind.resource, kind.resource)
    return conflict(kind, old.metadata.name, "StorageError: invalid object, Code: 4, Key: "
                    f"/registry/{folder}/{key_of(old.metadata)}, ResourceVersion: 0, AdditionalErrorMsg: Precondition "
                    f"failed: UID in precondition: {uid}, UID in object meta: {old.metadata.uid}")


def invalid(kind: Kind, name: str, why: str) -> Reply:
    """422: the object breaks a rule of its kind."""
    qualified = f"{kind.name}.{kind.group}" if kind.group else kind.name
    return Reply(422, reason="Invalid", message=f'{qualified} "{name}" is invalid: {why}')


def forbidden(kind: Kind, name: str, why: str, cause: str = "") -> Reply:
    """403: a policy says no."""
    subject = f'{kind.qualified} "{name}"' if name else kind.qualified
    return Reply(403, reason="Forbidden", message=f"{subject} is forbidden: {why}", cause=cause)


def expired_list() -> Reply:
    """410: the version that an exact list asks for is known no longer."""
    return Reply(410, reason="Expired", message="The resourceVersion for the provided list is too old.")


def expired_continue(token: ContinueToken) -> Reply:
    """410: the version of the first page is known no longer; the body is the token for the rest as it is now."""
    return Reply(410, token, reason="Expired", message=(
        "The provided continue parameter is too old to display a consistent list result. You can start a new list "
        "without the continue parameter, or use the continue token in this response to retrieve the remainder of the "
        "results. Continuing with the provided token results in an inconsistent list - objects that were created, "
        "modified, or deleted between the time the first chunk was returned and now may show up in the list."))


def expired_watch(version: int, oldest: int) -> Reply:
    """410: a watch cannot begin there; on the wire it is a 200 whose one event is an ERROR with this status."""
    return Reply(410, reason="Expired", message=f"too old resource version: {version} ({oldest})")


def too_large_version(version: int, current: int) -> Reply:
    """504: the version was not reached yet."""
    return Reply(504, reason="Timeout", message=f"Timeout: Too large resource version: {version}, current: {current}",
                 cause="ResourceVersionTooLarge")


def invalid_options(whys: tuple[str, ...]) -> Reply:
    """422: options of a list that contradict each other."""
    said = whys[0] if len(whys) == 1 else f"[{', '.join(whys)}]"
    return Reply(422, reason="Invalid", message=f'ListOptions.meta.k8s.io "" is invalid: {said}')


def not_modelled(view: View, kind: Kind, name: str, why: str) -> Reply:
    """500, and a word to whoever listens: the model stops here rather than guess."""
    text = f'not modelled: {kind.qualified} "{name}": {why}'
    view.emit(Happening("kube-apiserver", f"{kind.resource}/{name}", "Warning", "NotModelled", text))
    return Reply(500, reason="NotModelled", message=text)
