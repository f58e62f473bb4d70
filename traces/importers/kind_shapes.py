"""The shapes of the kinds that manifests hold: their field names and types, release 1.36.

Written down for the fields that a model of placement, rollout and traffic could read, and for what every kind
shares; statuses and rarely used parts are left open.
"""

from typing import Any, Final

from seatrial.traces.importers.shapes import (
    FLAG,
    INT32,
    INT64,
    INT_OR_TEXT,
    QUANTITY,
    TEXT,
    TIME,
    Table,
)

Shape = dict[str, Any]

_TEXTS: Final = [TEXT]
_TEXT_MAP: Final = Table(TEXT)
_QUANTITIES: Final = Table(QUANTITY)

OWNER: Final[Shape] = {
    "apiVersion": TEXT,
    "kind": TEXT,
    "name": TEXT,
    "uid": TEXT,
    "controller": FLAG,
    "blockOwnerDeletion": FLAG,
}
METADATA: Final[Shape] = {
    "name": TEXT,
    "generateName": TEXT,
    "namespace": TEXT,
    "uid": TEXT,
    "resourceVersion": TEXT,
    "generation": INT64,
    "creationTimestamp": TIME,
    "deletionTimestamp": TIME,
    "deletionGracePeriodSeconds": INT64,
    "labels": _TEXT_MAP,
    "annotations": _TEXT_MAP,
    "finalizers": _TEXTS,
    "ownerReferences": [OWNER],
}
REQUIREMENT: Final[Shape] = {"key": TEXT, "operator": TEXT, "values": _TEXTS}
SELECTOR: Final[Shape] = {"matchLabels": _TEXT_MAP, "matchExpressions": [REQUIREMENT]}
_KEY_REFERENCE: Final[Shape] = {"name": TEXT, "key": TEXT, "optional": FLAG}
_NAMED: Final[Shape] = {"name": TEXT, "optional": FLAG}
_FIELD: Final[Shape] = {"apiVersion": TEXT, "fieldPath": TEXT}
_RESOURCE_FIELD: Final[Shape] = {"containerName": TEXT, "resource": TEXT, "divisor": QUANTITY}

_HANDLER: Final[Shape] = {
    "exec": {"command": _TEXTS},
    "httpGet": {
        "path": TEXT,
        "port": INT_OR_TEXT,
        "host": TEXT,
        "scheme": TEXT,
        "httpHeaders": [{"name": TEXT, "value": TEXT}],
    },
    "tcpSocket": {"port": INT_OR_TEXT, "host": TEXT},
    "grpc": {"port": INT32, "service": TEXT},
    "sleep": {"seconds": INT64},
}
_PROBE: Final[Shape] = {
    **_HANDLER,
    "initialDelaySeconds": INT32,
    "timeoutSeconds": INT32,
    "periodSeconds": INT32,
    "successThreshold": INT32,
    "failureThreshold": INT32,
    "terminationGracePeriodSeconds": INT64,
}
_SECURITY: Final[Shape] = {
    "privileged": FLAG,
    "runAsUser": INT64,
    "runAsGroup": INT64,
    "runAsNonRoot": FLAG,
    "readOnlyRootFilesystem": FLAG,
    "allowPrivilegeEscalation": FLAG,
    "procMount": TEXT,
    "capabilities": {"add": _TEXTS, "drop": _TEXTS},
    "fsGroup": INT64,
    "fsGroupChangePolicy": TEXT,
    "supplementalGroups": [INT64],
    "sysctls": [{"name": TEXT, "value": TEXT}],
    "seccompProfile": {"type": TEXT, "localhostProfile": TEXT},
    "seLinuxOptions": {"level": TEXT, "role": TEXT, "type": TEXT, "user": TEXT},
}
CONTAINER: Final[Shape] = {
    "name": TEXT,
    "image": TEXT,
    "command": _TEXTS,
    "args": _TEXTS,
    "workingDir": TEXT,
    "imagePullPolicy": TEXT,
    "restartPolicy": TEXT,
    "terminationMessagePath": TEXT,
    "terminationMessagePolicy": TEXT,
    "stdin": FLAG,
    "stdinOnce": FLAG,
    "tty": FLAG,
    "ports": [{"name": TEXT, "containerPort": INT32, "hostPort": INT32, "hostIP": TEXT, "protocol": TEXT}],
    "env": [
        {
            "name": TEXT,
            "value": TEXT,
            "valueFrom": {
                "fieldRef": _FIELD,
                "resourceFieldRef": _RESOURCE_FIELD,
                "configMapKeyRef": _KEY_REFERENCE,
                "secretKeyRef": _KEY_REFERENCE,
            },
        }
    ],
    "envFrom": [{"prefix": TEXT, "configMapRef": _NAMED, "secretRef": _NAMED}],
    "resources": {
        "limits": _QUANTITIES,
        "requests": _QUANTITIES,
        "claims": [{"name": TEXT, "request": TEXT}],
    },
    "volumeMounts": [
        {
            "name": TEXT,
            "mountPath": TEXT,
            "subPath": TEXT,
            "subPathExpr": TEXT,
            "readOnly": FLAG,
            "mountPropagation": TEXT,
        }
    ],
    "volumeDevices": [{"name": TEXT, "devicePath": TEXT}],
    "livenessProbe": _PROBE,
    "readinessProbe": _PROBE,
    "startupProbe": _PROBE,
    "lifecycle": {"postStart": _HANDLER, "preStop": _HANDLER, "stopSignal": TEXT},
    "securityContext": _SECURITY,
}
_ITEMS: Final = [{"key": TEXT, "path": TEXT, "mode": INT32}]
_DOWNWARD: Final = [{"path": TEXT, "mode": INT32, "fieldRef": _FIELD, "resourceFieldRef": _RESOURCE_FIELD}]
VOLUME: Final[Shape] = {
    "name": TEXT,
    "emptyDir": {"medium": TEXT, "sizeLimit": QUANTITY},
    "hostPath": {"path": TEXT, "type": TEXT},
    "secret": {"secretName": TEXT, "defaultMode": INT32, "optional": FLAG, "items": _ITEMS},
    "configMap": {"name": TEXT, "defaultMode": INT32, "optional": FLAG, "items": _ITEMS},
    "persistentVolumeClaim": {"claimName": TEXT, "readOnly": FLAG},
    "downwardAPI": {"defaultMode": INT32, "items": _DOWNWARD},
    "projected": {
        "defaultMode": INT32,
        "sources": [
            {
                "secret": {**_NAMED, "items": _ITEMS},
                "configMap": {**_NAMED, "items": _ITEMS},
                "downwardAPI": {"items": _DOWNWARD},
                "serviceAccountToken": {"audience": TEXT, "expirationSeconds": INT64, "path": TEXT},
            }
        ],
    },
}
_NODE_TERM: Final[Shape] = {"matchExpressions": [REQUIREMENT], "matchFields": [REQUIREMENT]}
_POD_TERM: Final[Shape] = {
    "labelSelector": SELECTOR,
    "namespaceSelector": SELECTOR,
    "namespaces": _TEXTS,
    "topologyKey": TEXT,
    "matchLabelKeys": _TEXTS,
    "mismatchLabelKeys": _TEXTS,
}
_POD_AFFINITY: Final[Shape] = {
    "requiredDuringSchedulingIgnoredDuringExecution": [_POD_TERM],
    "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": INT32, "podAffinityTerm": _POD_TERM}],
}
POD_SPEC: Final[Shape] = {
    "containers": [CONTAINER],
    "initContainers": [CONTAINER],
    "volumes": [VOLUME],
    "restartPolicy": TEXT,
    "terminationGracePeriodSeconds": INT64,
    "activeDeadlineSeconds": INT64,
    "dnsPolicy": TEXT,
    "nodeSelector": _TEXT_MAP,
    "nodeName": TEXT,
    "serviceAccountName": TEXT,
    "serviceAccount": TEXT,
    "automountServiceAccountToken": FLAG,
    "hostNetwork": FLAG,
    "hostPID": FLAG,
    "hostIPC": FLAG,
    "hostUsers": FLAG,
    "shareProcessNamespace": FLAG,
    "setHostnameAsFQDN": FLAG,
    "enableServiceLinks": FLAG,
    "hostname": TEXT,
    "subdomain": TEXT,
    "schedulerName": TEXT,
    "priorityClassName": TEXT,
    "priority": INT32,
    "preemptionPolicy": TEXT,
    "runtimeClassName": TEXT,
    "overhead": _QUANTITIES,
    "securityContext": _SECURITY,
    "imagePullSecrets": [{"name": TEXT}],
    "hostAliases": [{"ip": TEXT, "hostnames": _TEXTS}],
    "readinessGates": [{"conditionType": TEXT}],
    "schedulingGates": [{"name": TEXT}],
    "tolerations": [
        {"key": TEXT, "operator": TEXT, "value": TEXT, "effect": TEXT, "tolerationSeconds": INT64}
    ],
    "affinity": {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [_NODE_TERM]},
            "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": INT32, "preference": _NODE_TERM}],
        },
        "podAffinity": _POD_AFFINITY,
        "podAntiAffinity": _POD_AFFINITY,
    },
    "topologySpreadConstraints": [
        {
            "maxSkew": INT32,
            "minDomains": INT32,
            "topologyKey": TEXT,
            "whenUnsatisfiable": TEXT,
            "labelSelector": SELECTOR,
            "nodeAffinityPolicy": TEXT,
            "nodeTaintsPolicy": TEXT,
            "matchLabelKeys": _TEXTS,
        }
    ],
    "dnsConfig": {"nameservers": _TEXTS, "searches": _TEXTS, "options": [{"name": TEXT, "value": TEXT}]},
}
TEMPLATE: Final[Shape] = {"metadata": METADATA, "spec": POD_SPEC}
CLAIM_SPEC: Final[Shape] = {
    "accessModes": _TEXTS,
    "storageClassName": TEXT,
    "volumeName": TEXT,
    "volumeMode": TEXT,
    "selector": SELECTOR,
    "resources": {"requests": _QUANTITIES, "limits": _QUANTITIES},
}
