"""Kinds that earlier releases of Kubernetes served and 1.36 does not, with what replaces them.

The releases are those of the prerelease lifecycle that each API type declares (k8s.io/api,
zz_generated.prerelease-lifecycle.go) and, for types that are gone from the source, of the deprecation guide.
"""

import attrs


@attrs.frozen
class RemovedKind:
    """A kind and version that Kubernetes no longer serves: since which release, and what to write instead."""

    api_version: str
    kind: str
    removed_in: str
    use: str


# (apiVersion, kinds, release that stopped serving them, what to use)
_REMOVED: tuple[tuple[str, tuple[str, ...], str, str], ...] = (
    ("extensions/v1beta1", ("DaemonSet", "Deployment", "ReplicaSet"), "1.16", "apps/v1"),
    ("extensions/v1beta1", ("NetworkPolicy",), "1.16", "networking.k8s.io/v1"),
    ("extensions/v1beta1", ("Ingress",), "1.22", "networking.k8s.io/v1"),
    ("extensions/v1beta1", ("PodSecurityPolicy",), "1.16", "Pod Security Admission labels on the namespace"),
    ("apps/v1beta1", ("ControllerRevision", "Deployment", "Scale", "StatefulSet"), "1.16", "apps/v1"),
    (
        "apps/v1beta2",
        ("ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "Scale", "StatefulSet"),
        "1.16",
        "apps/v1",
    ),
    ("extensions/v1beta1", ("DeploymentRollback", "Scale"), "1.16", "kubectl rollout undo, or apps/v1"),
    ("apps/v1beta1", ("DeploymentRollback",), "1.16", "kubectl rollout undo"),
    ("batch/v2alpha1", ("CronJob",), "1.21", "batch/v1"),
    ("batch/v1beta1", ("CronJob", "JobTemplate"), "1.25", "batch/v1"),
    ("autoscaling/v2beta1", ("HorizontalPodAutoscaler",), "1.25", "autoscaling/v2"),
    ("autoscaling/v2beta2", ("HorizontalPodAutoscaler",), "1.26", "autoscaling/v2"),
    ("policy/v1beta1", ("PodDisruptionBudget", "Eviction"), "1.25", "policy/v1"),
    ("policy/v1beta1", ("PodSecurityPolicy",), "1.25", "Pod Security Admission labels on the namespace"),
    ("networking.k8s.io/v1beta1", ("Ingress", "IngressClass"), "1.22", "networking.k8s.io/v1"),
    (
        "networking.k8s.io/v1alpha1",
        ("ClusterCIDR",),
        "1.29",
        "node.spec.podCIDRs set by the cloud or the IPAM",
    ),
    ("networking.k8s.io/v1alpha1", ("IPAddress", "ServiceCIDR"), "1.34", "networking.k8s.io/v1"),
    (
        "rbac.authorization.k8s.io/v1alpha1",
        ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"),
        "1.22",
        "rbac.authorization.k8s.io/v1",
    ),
    (
        "rbac.authorization.k8s.io/v1beta1",
        ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"),
        "1.22",
        "rbac.authorization.k8s.io/v1",
    ),
    ("storage.k8s.io/v1alpha1", ("CSIStorageCapacity",), "1.24", "storage.k8s.io/v1"),
    ("storage.k8s.io/v1alpha1", ("VolumeAttributesClass",), "1.35", "storage.k8s.io/v1"),
    ("storage.k8s.io/v1alpha1", ("VolumeAttachment",), "1.24", "storage.k8s.io/v1"),
    (
        "storage.k8s.io/v1beta1",
        ("CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"),
        "1.22",
        "storage.k8s.io/v1",
    ),
    ("storage.k8s.io/v1beta1", ("CSIStorageCapacity",), "1.27", "storage.k8s.io/v1"),
    ("scheduling.k8s.io/v1alpha1", ("PriorityClass",), "1.17", "scheduling.k8s.io/v1"),
    ("scheduling.k8s.io/v1alpha1", ("Workload",), "1.36", "scheduling.k8s.io/v1alpha2"),
    ("scheduling.k8s.io/v1beta1", ("PriorityClass",), "1.22", "scheduling.k8s.io/v1"),
    ("node.k8s.io/v1alpha1", ("RuntimeClass",), "1.22", "node.k8s.io/v1"),
    ("node.k8s.io/v1beta1", ("RuntimeClass",), "1.25", "node.k8s.io/v1"),
    ("coordination.k8s.io/v1beta1", ("Lease",), "1.22", "coordination.k8s.io/v1"),
    ("coordination.k8s.io/v1alpha1", ("LeaseCandidate",), "1.32", "coordination.k8s.io/v1beta1"),
    ("discovery.k8s.io/v1alpha1", ("EndpointSlice",), "1.20", "discovery.k8s.io/v1"),
    ("discovery.k8s.io/v1beta1", ("EndpointSlice",), "1.25", "discovery.k8s.io/v1"),
    ("events.k8s.io/v1beta1", ("Event",), "1.25", "events.k8s.io/v1"),
    (
        "admissionregistration.k8s.io/v1beta1",
        ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"),
        "1.22",
        "admissionregistration.k8s.io/v1",
    ),
    ("apiextensions.k8s.io/v1beta1", ("CustomResourceDefinition",), "1.22", "apiextensions.k8s.io/v1"),
    ("apiregistration.k8s.io/v1beta1", ("APIService",), "1.22", "apiregistration.k8s.io/v1"),
    ("authentication.k8s.io/v1beta1", ("TokenReview",), "1.22", "authentication.k8s.io/v1"),
    ("authentication.k8s.io/v1beta1", ("SelfSubjectReview",), "1.33", "authentication.k8s.io/v1"),
    ("authentication.k8s.io/v1alpha1", ("SelfSubjectReview",), "1.32", "authentication.k8s.io/v1"),
    (
        "authorization.k8s.io/v1beta1",
        (
            "LocalSubjectAccessReview",
            "SelfSubjectAccessReview",
            "SelfSubjectRulesReview",
            "SubjectAccessReview",
        ),
        "1.22",
        "authorization.k8s.io/v1",
    ),
    (
        "admissionregistration.k8s.io/v1beta1",
        ("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"),
        "1.34",
        "admissionregistration.k8s.io/v1",
    ),
    (
        "admissionregistration.k8s.io/v1alpha1",
        ("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"),
        "1.32",
        "admissionregistration.k8s.io/v1",
    ),
    ("certificates.k8s.io/v1alpha1", ("PodCertificateRequest",), "1.35", "certificates.k8s.io/v1beta1"),
    (
        "storagemigration.k8s.io/v1alpha1",
        ("StorageVersionMigration",),
        "1.35",
        "storagemigration.k8s.io/v1beta1",
    ),
    ("certificates.k8s.io/v1beta1", ("CertificateSigningRequest",), "1.22", "certificates.k8s.io/v1"),
    *(
        (
            f"flowcontrol.apiserver.k8s.io/{version}",
            ("FlowSchema", "PriorityLevelConfiguration"),
            release,
            "flowcontrol.apiserver.k8s.io/v1",
        )
        for version, release in (
            ("v1alpha1", "1.24"),
            ("v1beta1", "1.26"),
            ("v1beta2", "1.29"),
            ("v1beta3", "1.32"),
        )
    ),
    (
        "resource.k8s.io/v1alpha1",
        ("PodScheduling", "ResourceClaim", "ResourceClass"),
        "1.27",
        "resource.k8s.io/v1",
    ),
    (
        "resource.k8s.io/v1alpha2",
        ("PodSchedulingContext", "ResourceClaim", "ResourceClaimTemplate", "ResourceClass", "ResourceSlice"),
        "1.31",
        "resource.k8s.io/v1",
    ),
    (
        "resource.k8s.io/v1alpha3",
        ("DeviceClass", "PodSchedulingContext", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice"),
        "1.34",
        "resource.k8s.io/v1",
    ),
    ("settings.k8s.io/v1alpha1", ("PodPreset",), "1.20", "a mutating admission policy"),
    ("auditregistration.k8s.io/v1alpha1", ("AuditSink",), "1.19", "the API server's audit flags"),
)


REMOVED_KINDS: tuple[RemovedKind, ...] = tuple(
    RemovedKind(api_version, kind, release, use)
    for api_version, kinds, release, use in _REMOVED
    for kind in kinds
)
"""Kinds and versions that an earlier release served and 1.36 does not."""
