"""The shape of each kind of object, put together from the shapes of its parts."""

from typing import Final

from seatrial.traces.importers.kind_shapes import (
    CLAIM_SPEC,
    METADATA,
    POD_SPEC,
    SELECTOR,
    TEMPLATE,
    Shape,
)
from seatrial.traces.importers.shapes import (
    BASE64,
    FLAG,
    INT32,
    INT64,
    INT_OR_TEXT,
    QUANTITY,
    TEXT,
    Table,
)

_TEXTS: Final = [TEXT]
_WORKLOAD: Final[Shape] = {
    "replicas": INT32,
    "minReadySeconds": INT32,
    "revisionHistoryLimit": INT32,
    "selector": SELECTOR,
    "template": TEMPLATE,
}
_ROLLING: Final[Shape] = {"maxSurge": INT_OR_TEXT, "maxUnavailable": INT_OR_TEXT, "partition": INT32}
_JOB_SPEC: Final[Shape] = {
    "parallelism": INT32,
    "completions": INT32,
    "activeDeadlineSeconds": INT64,
    "backoffLimit": INT32,
    "backoffLimitPerIndex": INT32,
    "maxFailedIndexes": INT32,
    "ttlSecondsAfterFinished": INT32,
    "completionMode": TEXT,
    "suspend": FLAG,
    "manualSelector": FLAG,
    "podReplacementPolicy": TEXT,
    "managedBy": TEXT,
    "selector": SELECTOR,
    "template": TEMPLATE,
    "podFailurePolicy": {
        "rules": [
            {
                "action": TEXT,
                "onExitCodes": {"containerName": TEXT, "operator": TEXT, "values": [INT32]},
                "onPodConditions": [{"type": TEXT, "status": TEXT}],
            }
        ]
    },
    "successPolicy": {"rules": [{"succeededCount": INT32, "succeededIndexes": TEXT}]},
}
_SERVICE_SPEC: Final[Shape] = {
    "type": TEXT,
    "clusterIP": TEXT,
    "clusterIPs": _TEXTS,
    "externalIPs": _TEXTS,
    "externalName": TEXT,
    "selector": Table(TEXT),
    "sessionAffinity": TEXT,
    "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": INT32}},
    "ipFamilies": _TEXTS,
    "ipFamilyPolicy": TEXT,
    "externalTrafficPolicy": TEXT,
    "internalTrafficPolicy": TEXT,
    "trafficDistribution": TEXT,
    "loadBalancerClass": TEXT,
    "loadBalancerIP": TEXT,
    "loadBalancerSourceRanges": _TEXTS,
    "allocateLoadBalancerNodePorts": FLAG,
    "publishNotReadyAddresses": FLAG,
    "healthCheckNodePort": INT32,
    "ports": [
        {
            "name": TEXT,
            "port": INT32,
            "targetPort": INT_OR_TEXT,
            "nodePort": INT32,
            "protocol": TEXT,
            "appProtocol": TEXT,
        }
    ],
}
_RULES: Final = [
    {
        "verbs": _TEXTS,
        "apiGroups": _TEXTS,
        "resources": _TEXTS,
        "resourceNames": _TEXTS,
        "nonResourceURLs": _TEXTS,
    }
]
_BINDING: Final[Shape] = {
    "roleRef": {"apiGroup": TEXT, "kind": TEXT, "name": TEXT},
    "subjects": [{"kind": TEXT, "apiGroup": TEXT, "name": TEXT, "namespace": TEXT}],
}

SHAPES: Final[dict[tuple[str, str], Shape]] = {
    ("apps/v1", "DaemonSet"): {
        "spec": {**_WORKLOAD, "updateStrategy": {"type": TEXT, "rollingUpdate": _ROLLING}}
    },
    ("apps/v1", "Deployment"): {
        "spec": {
            **_WORKLOAD,
            "paused": FLAG,
            "progressDeadlineSeconds": INT32,
            "strategy": {"type": TEXT, "rollingUpdate": _ROLLING},
        }
    },
    ("apps/v1", "ReplicaSet"): {"spec": _WORKLOAD},
    ("apps/v1", "StatefulSet"): {
        "spec": {
            **_WORKLOAD,
            "serviceName": TEXT,
            "podManagementPolicy": TEXT,
            "ordinals": {"start": INT32},
            "updateStrategy": {"type": TEXT, "rollingUpdate": _ROLLING},
            "persistentVolumeClaimRetentionPolicy": {"whenDeleted": TEXT, "whenScaled": TEXT},
            "volumeClaimTemplates": [{"metadata": METADATA, "spec": CLAIM_SPEC}],
        }
    },
    ("batch/v1", "CronJob"): {
        "spec": {
            "schedule": TEXT,
            "timeZone": TEXT,
            "startingDeadlineSeconds": INT64,
            "concurrencyPolicy": TEXT,
            "suspend": FLAG,
            "successfulJobsHistoryLimit": INT32,
            "failedJobsHistoryLimit": INT32,
            "jobTemplate": {"metadata": METADATA, "spec": _JOB_SPEC},
        }
    },
    ("batch/v1", "Job"): {"spec": _JOB_SPEC},
    ("discovery.k8s.io/v1", "EndpointSlice"): {
        "addressType": TEXT,
        "endpoints": [
            {
                "addresses": _TEXTS,
                "conditions": {"ready": FLAG, "serving": FLAG, "terminating": FLAG},
                "hostname": TEXT,
                "nodeName": TEXT,
                "zone": TEXT,
            }
        ],
        "ports": [{"name": TEXT, "port": INT32, "protocol": TEXT, "appProtocol": TEXT}],
    },
    ("policy/v1", "PodDisruptionBudget"): {
        "spec": {
            "minAvailable": INT_OR_TEXT,
            "maxUnavailable": INT_OR_TEXT,
            "selector": SELECTOR,
            "unhealthyPodEvictionPolicy": TEXT,
        }
    },
    ("rbac.authorization.k8s.io/v1", "ClusterRole"): {"rules": _RULES},
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"): _BINDING,
    ("rbac.authorization.k8s.io/v1", "Role"): {"rules": _RULES},
    ("rbac.authorization.k8s.io/v1", "RoleBinding"): _BINDING,
    ("v1", "ConfigMap"): {"data": Table(TEXT), "binaryData": Table(BASE64), "immutable": FLAG},
    ("v1", "Namespace"): {"spec": {"finalizers": _TEXTS}, "status": {"phase": TEXT}},
    ("v1", "Node"): {
        "spec": {
            "podCIDR": TEXT,
            "podCIDRs": _TEXTS,
            "providerID": TEXT,
            "unschedulable": FLAG,
            "taints": [{"key": TEXT, "value": TEXT, "effect": TEXT}],
        },
        "status": {
            "capacity": Table(QUANTITY),
            "allocatable": Table(QUANTITY),
            "conditions": [{"type": TEXT, "status": TEXT, "reason": TEXT, "message": TEXT}],
        },
    },
    ("v1", "PersistentVolumeClaim"): {"spec": CLAIM_SPEC},
    ("v1", "Pod"): {"spec": POD_SPEC},
    ("v1", "ResourceQuota"): {"spec": {"hard": Table(QUANTITY), "scopes": _TEXTS}},
    ("v1", "Secret"): {"data": Table(BASE64), "stringData": Table(TEXT), "type": TEXT, "immutable": FLAG},
    ("v1", "Service"): {"spec": _SERVICE_SPEC},
    ("v1", "ServiceAccount"): {
        "automountServiceAccountToken": FLAG,
        "imagePullSecrets": [{"name": TEXT}],
        "secrets": [{"name": TEXT, "namespace": TEXT}],
    },
}
"""The shape of an object below its metadata, by apiVersion and kind."""
