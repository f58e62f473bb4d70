"""Every kind that Kubernetes 1.36 serves.

The table is what `kubectl api-resources` lists for every built-in group of release 1.36, alpha and beta
versions included (staging/src/k8s.io/api, kube-aggregator, apiextensions-apiserver). Served only on request,
such as internal.apiserver.k8s.io, is still built in. A group that is not here belongs to a custom resource
or to an aggregated API server.
"""

import attrs

from seatrial.traces.importers.removed_kinds import REMOVED_KINDS, RemovedKind


@attrs.frozen
class Kind:
    """One kind of one version of an API group: its resource's plural, and whether it lives in a namespace."""

    api_version: str
    kind: str
    resource: str
    namespaced: bool


# apiVersion: (namespaced kinds, cluster-wide kinds), each as "Kind resource".
_SERVED: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "v1",
        (
            "Binding bindings",
            "ConfigMap configmaps",
            "Endpoints endpoints",
            "Event events",
            "LimitRange limitranges",
            "PersistentVolumeClaim persistentvolumeclaims",
            "Pod pods",
            "PodTemplate podtemplates",
            "ReplicationController replicationcontrollers",
            "ResourceQuota resourcequotas",
            "Secret secrets",
            "Service services",
            "ServiceAccount serviceaccounts",
        ),
        (
            "ComponentStatus componentstatuses",
            "Namespace namespaces",
            "Node nodes",
            "PersistentVolume persistentvolumes",
        ),
    ),
    (
        "apps/v1",
        (
            "ControllerRevision controllerrevisions",
            "DaemonSet daemonsets",
            "Deployment deployments",
            "ReplicaSet replicasets",
            "StatefulSet statefulsets",
        ),
        (),
    ),
    ("batch/v1", ("CronJob cronjobs", "Job jobs"), ()),
    ("autoscaling/v1", ("HorizontalPodAutoscaler horizontalpodautoscalers", "Scale scales"), ()),
    ("autoscaling/v2", ("HorizontalPodAutoscaler horizontalpodautoscalers",), ()),
    ("policy/v1", ("Eviction evictions", "PodDisruptionBudget poddisruptionbudgets"), ()),
    (
        "networking.k8s.io/v1",
        ("Ingress ingresses", "NetworkPolicy networkpolicies"),
        ("IPAddress ipaddresses", "IngressClass ingressclasses", "ServiceCIDR servicecidrs"),
    ),
    ("networking.k8s.io/v1beta1", (), ("IPAddress ipaddresses", "ServiceCIDR servicecidrs")),
    (
        "rbac.authorization.k8s.io/v1",
        ("Role roles", "RoleBinding rolebindings"),
        ("ClusterRole clusterroles", "ClusterRoleBinding clusterrolebindings"),
    ),
    (
        "storage.k8s.io/v1",
        ("CSIStorageCapacity csistoragecapacities",),
        (
            "CSIDriver csidrivers",
            "CSINode csinodes",
            "StorageClass storageclasses",
            "VolumeAttachment volumeattachments",
            "VolumeAttributesClass volumeattributesclasses",
        ),
    ),
    ("storage.k8s.io/v1beta1", (), ("VolumeAttributesClass volumeattributesclasses",)),
    ("scheduling.k8s.io/v1", (), ("PriorityClass priorityclasses",)),
    ("scheduling.k8s.io/v1alpha2", ("PodGroup podgroups", "Workload workloads"), ()),
    ("node.k8s.io/v1", (), ("RuntimeClass runtimeclasses",)),
    ("coordination.k8s.io/v1", ("Lease leases",), ()),
    ("coordination.k8s.io/v1beta1", ("LeaseCandidate leasecandidates",), ()),
    ("coordination.k8s.io/v1alpha2", ("LeaseCandidate leasecandidates",), ()),
    ("discovery.k8s.io/v1", ("EndpointSlice endpointslices",), ()),
    ("events.k8s.io/v1", ("Event events",), ()),
    (
        "admissionregistration.k8s.io/v1",
        (),
        (
            "MutatingAdmissionPolicy mutatingadmissionpolicies",
            "MutatingAdmissionPolicyBinding mutatingadmissionpolicybindings",
            "MutatingWebhookConfiguration mutatingwebhookconfigurations",
            "ValidatingAdmissionPolicy validatingadmissionpolicies",
            "ValidatingAdmissionPolicyBinding validatingadmissionpolicybindings",
            "ValidatingWebhookConfiguration validatingwebhookconfigurations",
        ),
    ),
    (
        "admissionregistration.k8s.io/v1beta1",
        (),
        (
            "MutatingAdmissionPolicy mutatingadmissionpolicies",
            "MutatingAdmissionPolicyBinding mutatingadmissionpolicybindings",
        ),
    ),
    (
        "admissionregistration.k8s.io/v1alpha1",
        (),
        (
            "MutatingAdmissionPolicy mutatingadmissionpolicies",
            "MutatingAdmissionPolicyBinding mutatingadmissionpolicybindings",
        ),
    ),
    ("apiextensions.k8s.io/v1", (), ("CustomResourceDefinition customresourcedefinitions",)),
    ("apiregistration.k8s.io/v1", (), ("APIService apiservices",)),
    (
        "authentication.k8s.io/v1",
        ("TokenRequest tokenrequests",),
        ("SelfSubjectReview selfsubjectreviews", "TokenReview tokenreviews"),
    ),
    (
        "authorization.k8s.io/v1",
        ("LocalSubjectAccessReview localsubjectaccessreviews",),
        (
            "SelfSubjectAccessReview selfsubjectaccessreviews",
            "SelfSubjectRulesReview selfsubjectrulesreviews",
            "SubjectAccessReview subjectaccessreviews",
        ),
    ),
    ("certificates.k8s.io/v1", (), ("CertificateSigningRequest certificatesigningrequests",)),
    (
        "certificates.k8s.io/v1beta1",
        ("PodCertificateRequest podcertificaterequests",),
        ("ClusterTrustBundle clustertrustbundles",),
    ),
    (
        "certificates.k8s.io/v1alpha1",
        (),
        ("ClusterTrustBundle clustertrustbundles",),
    ),
    (
        "flowcontrol.apiserver.k8s.io/v1",
        (),
        ("FlowSchema flowschemas", "PriorityLevelConfiguration prioritylevelconfigurations"),
    ),
    (
        "resource.k8s.io/v1",
        ("ResourceClaim resourceclaims", "ResourceClaimTemplate resourceclaimtemplates"),
        ("DeviceClass deviceclasses", "ResourceSlice resourceslices"),
    ),
    (
        "resource.k8s.io/v1beta2",
        ("ResourceClaim resourceclaims", "ResourceClaimTemplate resourceclaimtemplates"),
        (
            "DeviceClass deviceclasses",
            "DeviceTaintRule devicetaintrules",
            "ResourceSlice resourceslices",
        ),
    ),
    (
        "resource.k8s.io/v1beta1",
        ("ResourceClaim resourceclaims", "ResourceClaimTemplate resourceclaimtemplates"),
        ("DeviceClass deviceclasses", "ResourceSlice resourceslices"),
    ),
    (
        "resource.k8s.io/v1alpha3",
        (),
        ("DeviceTaintRule devicetaintrules", "ResourcePoolStatusRequest resourcepoolstatusrequests"),
    ),
    ("internal.apiserver.k8s.io/v1alpha1", (), ("StorageVersion storageversions",)),
    ("storagemigration.k8s.io/v1beta1", (), ("StorageVersionMigration storageversionmigrations",)),
)


def _kind(api_version: str, entry: str, *, namespaced: bool) -> Kind:
    kind, resource = entry.split(" ")
    return Kind(api_version, kind, resource, namespaced)


def _served() -> tuple[Kind, ...]:
    rows = [
        _kind(api_version, entry, namespaced=namespaced)
        for api_version, inside, outside in _SERVED
        for entries, namespaced in ((inside, True), (outside, False))
        for entry in entries
    ]
    return tuple(sorted(rows, key=lambda row: (row.api_version, row.kind)))


KINDS: tuple[Kind, ...] = _served()
"""Every kind of release 1.36, sorted by apiVersion and kind."""

_BY_NAME = {(row.api_version, row.kind): row for row in KINDS}
_REMOVED_BY_NAME = {(row.api_version, row.kind): row for row in REMOVED_KINDS}

BUILT_IN_GROUPS: tuple[str, ...] = tuple(
    sorted(
        {
            *(row.api_version.rpartition("/")[0] for row in KINDS),
            *(row.api_version.rpartition("/")[0] for row in REMOVED_KINDS),
        }
    )
)
"""The API groups that belong to Kubernetes itself; "" is the core group."""

RECORD_GROUPS: tuple[str, ...] = (
    "admission.k8s.io",
    "apidiscovery.k8s.io",
    "audit.k8s.io",
    "imagepolicy.k8s.io",
    "meta.k8s.io",
)
"""Groups whose kinds are written to logs or exchanged between servers, and are never applied."""


def group_of(api_version: str) -> str:
    """The API group of an apiVersion; "" for the core group."""
    return api_version.rpartition("/")[0]


def find_kind(api_version: str, kind: str) -> Kind | None:
    """The built-in kind of that version, or None."""
    return _BY_NAME.get((api_version, kind))


def find_removed(api_version: str, kind: str) -> RemovedKind | None:
    """The removed kind of that version, or None."""
    return _REMOVED_BY_NAME.get((api_version, kind))


def kinds_named(kind: str) -> tuple[Kind, ...]:
    """The built-in kinds of that name in every group and version."""
    return tuple(row for row in KINDS if row.kind == kind)


def kinds_in(api_version: str) -> tuple[Kind, ...]:
    """The built-in kinds of one apiVersion."""
    return tuple(row for row in KINDS if row.api_version == api_version)
