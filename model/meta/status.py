"""What the API server answers when it refuses a request: code, reason and message.

Clients branch on the reason, people read the message, and controllers copy both into conditions and events.
Mirrors k8s.io/apimachinery/pkg/api/errors, release 1.36, with the bodies that a real control plane sent
where the server adds texts of its own. A `resource` argument is the resource with its group, as in
`deployments.apps` (just `pods` in the core group); a `kind` argument is the kind with its group, as in
`Deployment.apps`. Left out: details.group, details.kind, details.name and details.uid, which repeat the
request that was made.
"""

from typing import Final

import attrs

from seatrial.model.meta.go_format import quote

OBJECT_MODIFIED: Final = (
    "the object has been modified; please apply your changes to the latest version and try again"
)
EVICTION_VIOLATES_BUDGET: Final = "Cannot evict pod as it would violate the pod's disruption budget."
LIST_TOO_OLD: Final = "The resourceVersion for the provided list is too old."
CONTINUE_TOO_OLD: Final = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new "
    "list without the continue parameter, or use the continue token in this response to retrieve the "
    "remainder of the results. Continuing with the provided token results in an inconsistent list - objects "
    "that were created, modified, or deleted between the time the first chunk was returned and now may show "
    "up in the list."
)


@attrs.frozen
class Cause:
    """One entry of a Status' details.causes: its reason, its message, and the field it names, if any."""

    reason: str
    message: str
    field: str = ""


@attrs.frozen
class Status:
    """A failure as the API returns it.

    `code` is the HTTP status, `reason` the machine-readable word (may be empty), `message` the text for
    people, `retry_after_seconds` what the server suggests to wait (0: no suggestion).
    """

    code: int
    reason: str
    message: str
    causes: tuple[Cause, ...] = ()
    retry_after_seconds: int = 0


def bad_request(message: str) -> Status:
    """Return the 400 for a request that cannot be understood."""
    return Status(400, "BadRequest", message)


def unauthorized(message: str = "Unauthorized") -> Status:
    """Return the 401 for credentials that no authenticator accepts."""
    return Status(401, "Unauthorized", message)


def forbidden(resource: str, name: str, why: str) -> Status:
    """Return the 403 of an authorizer or of admission; `name` is empty for lists, creates and collections."""
    if not resource:
        return Status(403, "Forbidden", f"forbidden: {why}")
    if not name:
        return Status(403, "Forbidden", f"{resource} is forbidden: {why}")
    return Status(403, "Forbidden", f"{resource} {quote(name)} is forbidden: {why}")


def not_found(resource: str, name: str) -> Status:
    """Return the 404 for an object that does not exist."""
    return Status(404, "NotFound", f"{resource} {quote(name)} not found")


def method_not_allowed(resource: str, action: str) -> Status:
    """Return the 405 for a verb that the resource does not have."""
    return Status(
        405, "MethodNotAllowed", f"{action} is not supported on resources of kind {quote(resource)}"
    )


def already_exists(resource: str, name: str) -> Status:
    """Return the 409 for a create under a name that is taken."""
    return Status(409, "AlreadyExists", f"{resource} {quote(name)} already exists")


def generate_name_conflict(resource: str, name: str) -> Status:
    """Return the 409 for a create whose every generated name was taken."""
    why = "the server was not able to generate a unique name for the object"
    return Status(409, "AlreadyExists", f"{resource} {quote(name)} already exists, {why}", (), 1)


def conflict(resource: str, name: str, why: str = OBJECT_MODIFIED) -> Status:
    """Return the 409 for a write that carries an old resourceVersion, or meets another obstacle."""
    return Status(409, "Conflict", f"Operation cannot be fulfilled on {resource} {quote(name)}: {why}")


def resource_version_precondition_failed(kind: str, name: str, given: str, stored: str) -> Status:
    """Return the 409 for a delete whose resourceVersion precondition does not hold."""
    why = (
        f"the ResourceVersion in the precondition ({given}) does not match the ResourceVersion in record "
        f"({stored}). The object might have been modified"
    )
    return conflict(kind, name, why)


def uid_precondition_failed(kind: str, name: str, given: str, stored: str) -> Status:
    """Return the 409 for a delete whose UID precondition does not hold."""
    why = (
        f"the UID in the precondition ({given}) does not match the UID in record ({stored}). "
        "The object might have been deleted and then recreated"
    )
    return conflict(kind, name, why)


def already_assigned(name: str, node: str) -> Status:
    """Return the 409 for a second binding of a pod."""
    return conflict("pods/binding", name, f"pod {name} is already assigned to node {quote(node)}")


def apply_conflict(causes: tuple[Cause, ...], message: str) -> Status:
    """Return the 409 for a server-side apply of fields that another manager owns."""
    return Status(409, "Conflict", message, causes)


def gone(message: str) -> Status:
    """Return the 410 for something that will not come back."""
    return Status(410, "Gone", message)


def expired(message: str = LIST_TOO_OLD) -> Status:
    """Return the 410 for a resourceVersion that the watch cache no longer reaches back to."""
    return Status(410, "Expired", message)


def too_old_resource_version(requested: int, oldest: int) -> Status:
    """Return the 410 that a watch gets, as an ERROR event, when it asks for events already dropped."""
    return expired(f"too old resource version: {requested} ({oldest})")


def request_entity_too_large(message: str) -> Status:
    """Return the 413 for a body above the size limit."""
    return Status(413, "RequestEntityTooLarge", f"Request entity too large: {message}")


def unsupported_media_type(message: str) -> Status:
    """Return the 415 for a body or patch of a type that the resource does not take."""
    return Status(415, "UnsupportedMediaType", message)


def invalid(kind: str, name: str, causes: tuple[Cause, ...]) -> Status:
    """Return the 422 of validation; every cause names its field, and causes stay in the order found."""
    subject = f"{kind} {quote(name)} is invalid"
    texts = _without_repeats(tuple(f"{cause.field}: {cause.message}" for cause in causes))
    if not texts:
        return Status(422, "Invalid", subject)
    detail = texts[0] if len(texts) == 1 else "[" + ", ".join(texts) + "]"
    return Status(422, "Invalid", f"{subject}: {detail}", causes)


def _without_repeats(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for position, text in enumerate(texts) if text not in texts[:position])


def unprocessable() -> Status:
    """Return the 422 for a JSON patch whose test fails."""
    return Status(422, "Invalid", "the server rejected our request due to an error in our request")


def too_many_requests(message: str, causes: tuple[Cause, ...] = (), retry_after_seconds: int = 0) -> Status:
    """Return the 429 of flow control, or of an eviction that has to wait."""
    return Status(429, "TooManyRequests", message, causes, retry_after_seconds)


def eviction_blocked(budget: str, needed: int, healthy: int) -> Status:
    """Return the 429 for an eviction that the PodDisruptionBudget `budget` does not allow now."""
    why = f"The disruption budget {budget} needs {needed} healthy pods and has {healthy} currently"
    return too_many_requests(EVICTION_VIOLATES_BUDGET, (Cause("DisruptionBudget", why),))


def internal_error(why: str) -> Status:
    """Return the 500 for a fault inside the server."""
    return Status(500, "InternalError", f"Internal error occurred: {why}", (Cause("", why),))


def server_error(message: str) -> Status:
    """Return a 500 without a reason, as handlers give it that return a plain error."""
    return Status(500, "", message)


def server_timeout(resource: str, operation: str, retry_after_seconds: int = 0) -> Status:
    """Return the 500 for an operation that the storage could not finish in time."""
    message = f"The {operation} operation against {resource} could not be completed at this time, "
    return Status(500, "ServerTimeout", message + "please try again.", (), retry_after_seconds)


def service_unavailable(message: str) -> Status:
    """Return the 503 of a server that is not ready."""
    return Status(503, "ServiceUnavailable", message)


def timeout(message: str, retry_after_seconds: int = 0) -> Status:
    """Return the 504 for a request that ran out of time; a write may have been applied."""
    return Status(504, "Timeout", f"Timeout: {message}", (), retry_after_seconds)


def resource_version_too_large(requested: int, current: int) -> Status:
    """Return the 504 for a read at a version that the server did not reach within three seconds."""
    message = f"Timeout: Too large resource version: {requested}, current: {current}"
    cause = Cause("ResourceVersionTooLarge", "Too large resource version")
    return Status(504, "Timeout", message, (cause,), 1)


def is_not_found(status: Status) -> bool:
    """Tell whether the object was not there."""
    return status.reason == "NotFound"


def is_already_exists(status: Status) -> bool:
    """Tell whether the name was taken."""
    return status.reason == "AlreadyExists"


def is_conflict(status: Status) -> bool:
    """Tell whether the write met a newer version (an AlreadyExists, though also 409, is none)."""
    return status.reason == "Conflict"


def is_expired(status: Status) -> bool:
    """Tell whether the version asked for is out of the server's reach, so that a relist is due."""
    return status.reason in {"Expired", "Gone"}
