"""ServiceAccount: every pod runs as an account that exists, and finds its token where clients look for it.

Mirrors plugin/pkg/admission/serviceaccount/admission.go (release 1.36). The name of the token's volume is drawn at
random upstream; it means nothing outside its pod, so it is always the same here.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from seatrial.model.api.core import Container, Pod, PodSpec, ServiceAccount
from seatrial.model.api.meta import Json
from seatrial.model.apiserver.admission.plugin import Plugin
from seatrial.model.apiserver.implied import get_service_account
from seatrial.model.apiserver.request import CREATE, Request
from seatrial.model.apiserver.status import forbidden
from seatrial.model.client.calls import Reply
from seatrial.model.evolve import evolve
from seatrial.model.frozen import EMPTY, freeze
from seatrial.model.identity import Same
from seatrial.model.system import System
from seatrial.model.view import View

DEFAULT = "default"
MIRROR_ANNOTATION = "kubernetes.io/config.mirror"
ENFORCE_ANNOTATION = "kubernetes.io/enforce-mountable-secrets"
VOLUME_PREFIX, VOLUME_NAME = "kube-api-access-", "kube-api-access-xxxxx"
MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
TOKEN_SECONDS = 3607
TOKEN_VOLUME: Json = freeze({
    "name": VOLUME_NAME,
    "projected": {
        "defaultMode": 0o644,
        "sources": [
            {"serviceAccountToken": {"expirationSeconds": TOKEN_SECONDS, "path": "token"}},
            {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
            {"downwardAPI": {"items": [
                {"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}]}},
        ],
    },
})


def admit(view: View, system: System, request: Request) -> Request | Reply:
    """Gives the pod its account, token and pull secrets."""
    pod: Pod = request.new
    if MIRROR_ANNOTATION in pod.metadata.annotations:
        return request
    name = pod.spec.service_account_name or DEFAULT
    account = get_service_account(view, system, request.namespace, name)
    if account is None:
        return _missing(request, name)
    return request.with_new(with_account(pod, account))


def with_account(pod: Pod, account: ServiceAccount) -> Pod:
    """The pod, running as this account."""
    spec = _spec_with_account(Same(pod.spec), Same(account))
    return pod if spec is pod.spec else evolve(pod, spec=spec)


@lru_cache(maxsize=1024)
def _spec_with_account(spec_of: Same, account_of: Same) -> PodSpec:
    spec: PodSpec = spec_of.value
    account: ServiceAccount = account_of.value
    if not spec.service_account_name:
        spec = evolve(spec, service_account_name=DEFAULT, service_account=DEFAULT)
    if should_automount(spec, account):
        spec = mount_token(spec)
    secrets = account.unmodelled.get("imagePullSecrets")
    if secrets and not spec.unmodelled.get("imagePullSecrets"):
        spec = evolve(spec, unmodelled=spec.unmodelled.set("imagePullSecrets", secrets))
    return spec


def should_automount(spec: PodSpec, account: ServiceAccount) -> bool:
    """Does this pod get a token: as it says, else as its account says, else yes."""
    asked = spec.unmodelled.get("automountServiceAccountToken")
    if asked is None:
        asked = account.automount_service_account_token
    return asked is None or bool(asked)


def mount_token(spec: PodSpec) -> PodSpec:
    """The spec with the token mounted in every container that has nothing at its path."""
    volumes = spec.unmodelled.get("volumes") or ()
    held = next((each["name"] for each in volumes if str(each.get("name", "")).startswith(VOLUME_PREFIX)), "")
    mount = freeze({"mountPath": MOUNT_PATH, "name": held or VOLUME_NAME, "readOnly": True})
    inits = tuple(_with_mount(each, mount) for each in spec.init_containers)
    containers = tuple(_with_mount(each, mount) for each in spec.containers)
    mounted = inits != spec.init_containers or containers != spec.containers
    unmodelled = spec.unmodelled
    if mounted and not held:
        unmodelled = unmodelled.set("volumes", (*volumes, TOKEN_VOLUME))
    return evolve(spec, init_containers=inits, containers=containers, unmodelled=unmodelled) if mounted else spec


def _with_mount(container: Container, mount: Json) -> Container:
    mounts = container.unmodelled.get("volumeMounts") or ()
    if any(each.get("mountPath") == MOUNT_PATH for each in mounts):
        return container
    return evolve(container, unmodelled=container.unmodelled.set("volumeMounts", (*mounts, mount)))


def check(view: View, system: System, request: Request) -> Request | Reply:
    """Refuses a pod whose account is missing, or that uses secrets which its account does not list."""
    pod: Pod = request.new
    if MIRROR_ANNOTATION in pod.metadata.annotations:
        why = mirror_problem(pod.spec)
        return forbidden(request.kind, request.shown_name, why) if why else request
    account = get_service_account(view, system, request.namespace, pod.spec.service_account_name)
    if account is None:
        return _missing(request, pod.spec.service_account_name)
    if account.metadata.annotations.get(ENFORCE_ANNOTATION) == "true":
        why = next(secret_problems(pod.spec, account), "")
        return forbidden(request.kind, request.shown_name, why) if why else request
    return request


def _missing(request: Request, name: str) -> Reply:
    return forbidden(request.kind, request.shown_name, f"error looking up service account {request.namespace}/{name}: "
                     f'serviceaccount "{name}" not found')


def mirror_problem(spec: PodSpec) -> str:
    """What a static pod's mirror may not have: an account, secrets, tokens."""
    if spec.service_account_name:
        return "a mirror pod may not reference service accounts"
    volumes = spec.unmodelled.get("volumes") or ()
    pulls = spec.unmodelled.get("imagePullSecrets") or ()
    mounted = any(each.get("secret") for each in volumes)
    if mounted or pulls or any(True for _ in _env_secrets(spec)):
        return "a mirror pod may not reference secrets"
    sources = (source for each in volumes for source in each.get("projected", EMPTY).get("sources") or ())
    if any("serviceAccountToken" in source for source in sources):
        return "a mirror pod may not use ServiceAccountToken volume projections"
    return ""


def secret_problems(spec: PodSpec, account: ServiceAccount) -> Iterator[str]:
    """The secrets that a pod uses and its account does not list, in upstream's order (limitSecretReferences)."""
    allowed = tuple(each.get("name", "") for each in account.unmodelled.get("secrets") or ())
    name = account.metadata.name
    for volume in spec.unmodelled.get("volumes") or ():
        secret = volume.get("secret")
        if secret is not None and secret.get("secretName", "") not in allowed:
            yield (f'volume with secret.secretName="{secret.get("secretName", "")}" is not allowed because service '
                   f"account {name} does not reference that secret")
    for words, used in _env_secrets(spec):
        if used not in allowed:
            yield (f'{words} referencing secret.secretName="{used}" is not allowed because service account '
                   f"{name} does not reference that secret")
    pulls = tuple(each.get("name", "") for each in account.unmodelled.get("imagePullSecrets") or ())
    for at, each in enumerate(spec.unmodelled.get("imagePullSecrets") or ()):
        if each.get("name", "") not in pulls:
            yield (f'imagePullSecrets[{at}].name="{each.get("name", "")}" is not allowed because service account '
                   f"{name} does not reference that imagePullSecret")


def _env_secrets(spec: PodSpec) -> Iterator[tuple[str, str]]:
    """Where a pod's environments name secrets: words, and the secret."""
    for containers, kind in ((spec.init_containers, "init container"), (spec.containers, "container")):
        for container in containers:
            for each in _items(container.unmodelled, "env"):
                secret = (each.get("valueFrom") or EMPTY).get("secretKeyRef")
                if secret is not None:
                    yield f"{kind} {container.name} with envVar {each.get('name', '')}", secret.get("name", "")
            for each in _items(container.unmodelled, "envFrom"):
                if each.get("secretRef") is not None:
                    yield f"{kind} {container.name} with envFrom", each["secretRef"].get("name", "")


def _items(tree: Json, key: str) -> tuple[Any, ...]:
    return tree.get(key) or ()


PLUGIN = Plugin("ServiceAccount", (CREATE,), ("pods",), mutate=admit, validate=check)
