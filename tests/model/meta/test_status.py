"""Failures carry the code, the reason and the text that a real API server sends."""

import pytest

from seatrial.model.meta import status as s

MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"


@pytest.mark.parametrize(
    "failure, code, reason, message",
    [
        (s.bad_request("no"), 400, "BadRequest", "no"),
        (s.unauthorized(), 401, "Unauthorized", "Unauthorized"),
        (s.forbidden("pods", "", "no grant"), 403, "Forbidden", "pods is forbidden: no grant"),
        (s.forbidden("pods", "p", "no grant"), 403, "Forbidden", 'pods "p" is forbidden: no grant'),
        (s.forbidden("", "", "no grant"), 403, "Forbidden", "forbidden: no grant"),
        (s.not_found("deployments.apps", "web"), 404, "NotFound", 'deployments.apps "web" not found'),
        (
            s.method_not_allowed("pods", "replace"),
            405,
            "MethodNotAllowed",
            'replace is not supported on resources of kind "pods"',
        ),
        (s.already_exists("configmaps", "c"), 409, "AlreadyExists", 'configmaps "c" already exists'),
        (
            s.generate_name_conflict("pods", "web-x"),
            409,
            "AlreadyExists",
            'pods "web-x" already exists, the server was not able to generate a unique name for the object',
        ),
        (
            s.conflict("deployments.apps", "c"),
            409,
            "Conflict",
            f'Operation cannot be fulfilled on deployments.apps "c": {MODIFIED}',
        ),
        (
            s.resource_version_precondition_failed("ConfigMap", "c", "1", "6842"),
            409,
            "Conflict",
            (
                'Operation cannot be fulfilled on ConfigMap "c": the ResourceVersion in the precondition (1) '
                "does not match the ResourceVersion in record (6842). The object might have been modified"
            ),
        ),
        (
            s.uid_precondition_failed("Pod", "p", "u1", "u2"),
            409,
            "Conflict",
            (
                'Operation cannot be fulfilled on Pod "p": the UID in the precondition (u1) does not match '
                "the UID in record (u2). The object might have been deleted and then recreated"
            ),
        ),
        (
            s.already_assigned("d", "node-0"),
            409,
            "Conflict",
            'Operation cannot be fulfilled on pods/binding "d": pod d is already assigned to node "node-0"',
        ),
        (s.apply_conflict((), "Apply failed"), 409, "Conflict", "Apply failed"),
        (s.gone("over"), 410, "Gone", "over"),
        (s.expired(), 410, "Expired", "The resourceVersion for the provided list is too old."),
        (
            s.too_old_resource_version(2955, 3012),
            410,
            "Expired",
            "too old resource version: 2955 (3012)",
        ),
        (s.request_entity_too_large("x"), 413, "RequestEntityTooLarge", "Request entity too large: x"),
        (s.unsupported_media_type("x"), 415, "UnsupportedMediaType", "x"),
        (
            s.unprocessable(),
            422,
            "Invalid",
            "the server rejected our request due to an error in our request",
        ),
        (
            s.eviction_blocked("web", 2, 2),
            429,
            "TooManyRequests",
            "Cannot evict pod as it would violate the pod's disruption budget.",
        ),
        (s.internal_error("boom"), 500, "InternalError", "Internal error occurred: boom"),
        (s.server_error("odd"), 500, "", "odd"),
        (
            s.server_timeout("pods", "create"),
            500,
            "ServerTimeout",
            "The create operation against pods could not be completed at this time, please try again.",
        ),
        (s.service_unavailable("not ready"), 503, "ServiceUnavailable", "not ready"),
        (s.timeout("slow"), 504, "Timeout", "Timeout: slow"),
        (
            s.resource_version_too_large(107135, 7169),
            504,
            "Timeout",
            "Timeout: Too large resource version: 107135, current: 7169",
        ),
    ],
)
def test_failures_read_as_the_server_writes_them(
    failure: s.Status, code: int, reason: str, message: str
) -> None:
    """Each constructor gives the recorded code, reason and message."""
    assert (code, reason, message) == (failure.code, failure.reason, failure.message)


def test_an_invalid_object_names_every_cause() -> None:
    """One cause stands alone, several are bracketed, a repeated text appears once but stays a cause."""
    first, second = (
        s.Cause("FieldValueInvalid", "Invalid value: -1: negative", "spec.replicas"),
        s.Cause("FieldValueRequired", "Required value", "spec.selector"),
    )
    alone = s.invalid("Deployment.apps", "web", (first,))
    assert 'Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1: negative' == alone.message
    both = s.invalid("Deployment.apps", "web", (first, second, first))
    listed = "[spec.replicas: Invalid value: -1: negative, spec.selector: Required value]"
    assert f'Deployment.apps "web" is invalid: {listed}' == both.message
    assert (first, second, first) == both.causes
    assert 'Pod "p" is invalid' == s.invalid("Pod", "p", ()).message


def test_a_blocked_eviction_says_which_budget() -> None:
    """The cause carries the budget's name and its figures."""
    (cause,) = s.eviction_blocked("web", 2, 1).causes
    assert "The disruption budget web needs 2 healthy pods and has 1 currently" == cause.message


def test_a_taken_name_is_no_conflict() -> None:
    """Both are 409; clients tell them apart by the reason, and a relist is due only after a 410."""
    taken, stale, old = s.already_exists("pods", "p"), s.conflict("pods", "p"), s.expired()
    assert (True, False) == (s.is_already_exists(taken), s.is_already_exists(stale))
    assert (False, True) == (s.is_conflict(taken), s.is_conflict(stale))
    assert (False, True) == (s.is_expired(stale), s.is_expired(old))
    assert (False, True) == (s.is_not_found(old), s.is_not_found(s.not_found("pods", "p")))
