"""Who asks: credentials to users and groups.

A credential is text. Component identities and people are known by their certificate's common name: those of the
scope's processes and users, and the administrator. A ServiceAccount's token is its user name
`system:serviceaccount:NAMESPACE:NAME`, good as long as the account exists. No credential is `system:anonymous`;
any other is refused with 401. A process that states no identity runs with the administrator's kubeconfig, as a
controller under development does. Mirrors staging/src/k8s.io/apiserver/pkg/authentication and pkg/serviceaccount
(release 1.36). Left out: how a token or certificate is verified, expiry, and impersonation: a client cannot forge or
borrow an identity in the model, so nothing depends on them; a token lives on while its account does.
"""

from functools import lru_cache

from seatrial.model.apiserver.implied import SYSTEMS, get_service_account
from seatrial.model.apiserver.request import Request
from seatrial.model.client.calls import Reply
from seatrial.model.evolve import evolve
from seatrial.model.system import System
from seatrial.model.view import View

ADMIN, MASTERS = "kubernetes-admin", "system:masters"
API_SERVER = "system:apiserver"
ANONYMOUS = "system:anonymous"
AUTHENTICATED, UNAUTHENTICATED = "system:authenticated", "system:unauthenticated"
SERVICE_ACCOUNT_PREFIX = "system:serviceaccount:"
SERVICE_ACCOUNTS = "system:serviceaccounts"
UNAUTHORIZED = Reply(401, reason="Unauthorized", message="Unauthorized")


@lru_cache(maxsize=SYSTEMS)
def certificates(system: System) -> dict[str, tuple[str, ...]]:
    """The users of a system that hold certificates of their own, with their groups."""
    found: dict[str, tuple[str, ...]] = {ADMIN: (MASTERS, AUTHENTICATED), API_SERVER: (MASTERS, AUTHENTICATED)}
    for process in system.processes.values():
        if process.user:
            found[process.user] = groups_of(process.user, process.groups)
    for person in system.scope.users:
        name = getattr(person, "user", "")
        if name and name not in found:
            found[name] = groups_of(name, tuple(getattr(person, "groups", ())))
    return found


def groups_of(user: str, groups: tuple[str, ...]) -> tuple[str, ...]:
    """All groups of an authenticated user: those of its credential, of its kind, and of everybody who is known."""
    if user.startswith(SERVICE_ACCOUNT_PREFIX):
        namespace = user.removeprefix(SERVICE_ACCOUNT_PREFIX).partition(":")[0]
        groups = (*groups, SERVICE_ACCOUNTS, f"{SERVICE_ACCOUNTS}:{namespace}")
    return tuple(dict.fromkeys((*groups, AUTHENTICATED)))


def authenticate(view: View, system: System, request: Request) -> Request | Reply:
    """Finds the user and groups of a credential; 401 for one that nobody issued."""
    user = request.user or ADMIN
    known = certificates(system).get(user)
    if known is not None:
        return evolve(request, user=user, groups=known)
    if user == ANONYMOUS:
        return evolve(request, groups=(UNAUTHENTICATED,))
    if user.startswith(SERVICE_ACCOUNT_PREFIX) and _is_valid_token(view, system, user):
        return evolve(request, groups=groups_of(user, ()))
    return UNAUTHORIZED


def _is_valid_token(view: View, system: System, user: str) -> bool:
    namespace, separator, name = user.removeprefix(SERVICE_ACCOUNT_PREFIX).partition(":")
    return bool(separator) and get_service_account(view, system, namespace, name) is not None
