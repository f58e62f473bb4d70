"""The fields of the kinds of the named API groups, with their merge strategies.

One entry per struct: its JSON fields in Go's order, each `name:type@strategies/mergeKey`, a string's type
left out. Facts read from k8s.io/api and k8s.io/apimachinery v0.36.3 (Apache-2.0); patch_schema says how they
are read. Left out: nothing of these structs.
"""

from collections.abc import Mapping
from typing import Final

GROUP_FIELDS: Final[Mapping[str, str]] = {
    "TopologySelectorLabelRequirement": "key values:[]string",
    "TopologySelectorTerm": "matchLabelExpressions:[]TopologySelectorLabelRequirement",
    "appsv1.ControllerRevision": "kind apiVersion metadata:ObjectMeta data:RawExtension revision:int64",
    "appsv1.DaemonSet": (
        "kind apiVersion metadata:ObjectMeta spec:appsv1.DaemonSetSpec status:appsv1.DaemonSetStatus"
    ),
    "appsv1.DaemonSetCondition": "type status lastTransitionTime:Time reason message",
    "appsv1.DaemonSetSpec": (
        "selector:*LabelSelector template:PodTemplateSpec updateStrategy:appsv1.DaemonSetUpdateStrategy "
        "minReadySeconds:int32 revisionHistoryLimit:*int32"
    ),
    "appsv1.DaemonSetStatus": (
        "currentNumberScheduled:int32 numberMisscheduled:int32 desiredNumberScheduled:int32 "
        "numberReady:int32 observedGeneration:int64 updatedNumberScheduled:int32 numberAvailable:int32 "
        "numberUnavailable:int32 collisionCount:*int32 conditions:[]appsv1.DaemonSetCondition@merge/type"
    ),
    "appsv1.DaemonSetUpdateStrategy": "type rollingUpdate:*appsv1.RollingUpdateDaemonSet",
    "appsv1.Deployment": (
        "kind apiVersion metadata:ObjectMeta spec:appsv1.DeploymentSpec status:appsv1.DeploymentStatus"
    ),
    "appsv1.DeploymentCondition": "type status lastUpdateTime:Time lastTransitionTime:Time reason message",
    "appsv1.DeploymentSpec": (
        "replicas:*int32 selector:*LabelSelector template:PodTemplateSpec "
        "strategy:appsv1.DeploymentStrategy@retainKeys minReadySeconds:int32 revisionHistoryLimit:*int32 "
        "paused:bool progressDeadlineSeconds:*int32"
    ),
    "appsv1.DeploymentStatus": (
        "observedGeneration:int64 replicas:int32 updatedReplicas:int32 readyReplicas:int32 "
        "availableReplicas:int32 unavailableReplicas:int32 terminatingReplicas:*int32 "
        "conditions:[]appsv1.DeploymentCondition@merge/type collisionCount:*int32"
    ),
    "appsv1.DeploymentStrategy": "type rollingUpdate:*appsv1.RollingUpdateDeployment",
    "appsv1.ReplicaSet": (
        "kind apiVersion metadata:ObjectMeta spec:appsv1.ReplicaSetSpec status:appsv1.ReplicaSetStatus"
    ),
    "appsv1.ReplicaSetCondition": "type status lastTransitionTime:Time reason message",
    "appsv1.ReplicaSetSpec": (
        "replicas:*int32 minReadySeconds:int32 selector:*LabelSelector template:PodTemplateSpec"
    ),
    "appsv1.ReplicaSetStatus": (
        "replicas:int32 fullyLabeledReplicas:int32 readyReplicas:int32 availableReplicas:int32 "
        "terminatingReplicas:*int32 observedGeneration:int64 "
        "conditions:[]appsv1.ReplicaSetCondition@merge/type"
    ),
    "appsv1.RollingUpdateDaemonSet": "maxUnavailable:*IntOrString maxSurge:*IntOrString",
    "appsv1.RollingUpdateDeployment": "maxUnavailable:*IntOrString maxSurge:*IntOrString",
    "appsv1.RollingUpdateStatefulSetStrategy": "partition:*int32 maxUnavailable:*IntOrString",
    "appsv1.StatefulSet": (
        "kind apiVersion metadata:ObjectMeta spec:appsv1.StatefulSetSpec status:appsv1.StatefulSetStatus"
    ),
    "appsv1.StatefulSetCondition": "type status lastTransitionTime:Time reason message",
    "appsv1.StatefulSetOrdinals": "start:int32",
    "appsv1.StatefulSetPersistentVolumeClaimRetentionPolicy": "whenDeleted whenScaled",
    "appsv1.StatefulSetSpec": (
        "replicas:*int32 selector:*LabelSelector template:PodTemplateSpec "
        "volumeClaimTemplates:[]PersistentVolumeClaim serviceName podManagementPolicy "
        "updateStrategy:appsv1.StatefulSetUpdateStrategy revisionHistoryLimit:*int32 minReadySeconds:int32 "
        "persistentVolumeClaimRetentionPolicy:*appsv1.StatefulSetPersistentVolumeClaimRetentionPolicy "
        "ordinals:*appsv1.StatefulSetOrdinals"
    ),
    "appsv1.StatefulSetStatus": (
        "observedGeneration:int64 replicas:int32 readyReplicas:int32 currentReplicas:int32 "
        "updatedReplicas:int32 currentRevision updateRevision collisionCount:*int32 "
        "conditions:[]appsv1.StatefulSetCondition@merge/type availableReplicas:int32"
    ),
    "appsv1.StatefulSetUpdateStrategy": "type rollingUpdate:*appsv1.RollingUpdateStatefulSetStrategy",
    "autoscalingv1.CrossVersionObjectReference": "kind name apiVersion",
    "autoscalingv1.HorizontalPodAutoscaler": (
        "kind apiVersion metadata:ObjectMeta spec:autoscalingv1.HorizontalPodAutoscalerSpec "
        "status:autoscalingv1.HorizontalPodAutoscalerStatus"
    ),
    "autoscalingv1.HorizontalPodAutoscalerSpec": (
        "scaleTargetRef:autoscalingv1.CrossVersionObjectReference minReplicas:*int32 maxReplicas:int32 "
        "targetCPUUtilizationPercentage:*int32"
    ),
    "autoscalingv1.HorizontalPodAutoscalerStatus": (
        "observedGeneration:*int64 lastScaleTime:*Time currentReplicas:int32 desiredReplicas:int32 "
        "currentCPUUtilizationPercentage:*int32"
    ),
    "autoscalingv2.ContainerResourceMetricSource": "name target:autoscalingv2.MetricTarget container",
    "autoscalingv2.ContainerResourceMetricStatus": "name current:autoscalingv2.MetricValueStatus container",
    "autoscalingv2.CrossVersionObjectReference": "kind name apiVersion",
    "autoscalingv2.ExternalMetricSource": (
        "metric:autoscalingv2.MetricIdentifier target:autoscalingv2.MetricTarget"
    ),
    "autoscalingv2.ExternalMetricStatus": (
        "metric:autoscalingv2.MetricIdentifier current:autoscalingv2.MetricValueStatus"
    ),
    "autoscalingv2.HPAScalingPolicy": "type value:int32 periodSeconds:int32",
    "autoscalingv2.HPAScalingRules": (
        "stabilizationWindowSeconds:*int32 selectPolicy:*string policies:[]autoscalingv2.HPAScalingPolicy "
        "tolerance:*Quantity"
    ),
    "autoscalingv2.HorizontalPodAutoscaler": (
        "kind apiVersion metadata:ObjectMeta spec:autoscalingv2.HorizontalPodAutoscalerSpec "
        "status:autoscalingv2.HorizontalPodAutoscalerStatus"
    ),
    "autoscalingv2.HorizontalPodAutoscalerBehavior": (
        "scaleUp:*autoscalingv2.HPAScalingRules scaleDown:*autoscalingv2.HPAScalingRules"
    ),
    "autoscalingv2.HorizontalPodAutoscalerCondition": "type status lastTransitionTime:Time reason message",
    "autoscalingv2.HorizontalPodAutoscalerSpec": (
        "scaleTargetRef:autoscalingv2.CrossVersionObjectReference minReplicas:*int32 maxReplicas:int32 "
        "metrics:[]autoscalingv2.MetricSpec behavior:*autoscalingv2.HorizontalPodAutoscalerBehavior"
    ),
    "autoscalingv2.HorizontalPodAutoscalerStatus": (
        "observedGeneration:*int64 lastScaleTime:*Time currentReplicas:int32 desiredReplicas:int32 "
        "currentMetrics:[]autoscalingv2.MetricStatus "
        "conditions:[]autoscalingv2.HorizontalPodAutoscalerCondition@merge/type"
    ),
    "autoscalingv2.MetricIdentifier": "name selector:*LabelSelector",
    "autoscalingv2.MetricSpec": (
        "type object:*autoscalingv2.ObjectMetricSource pods:*autoscalingv2.PodsMetricSource "
        "resource:*autoscalingv2.ResourceMetricSource "
        "containerResource:*autoscalingv2.ContainerResourceMetricSource "
        "external:*autoscalingv2.ExternalMetricSource"
    ),
    "autoscalingv2.MetricStatus": (
        "type object:*autoscalingv2.ObjectMetricStatus pods:*autoscalingv2.PodsMetricStatus "
        "resource:*autoscalingv2.ResourceMetricStatus "
        "containerResource:*autoscalingv2.ContainerResourceMetricStatus "
        "external:*autoscalingv2.ExternalMetricStatus"
    ),
    "autoscalingv2.MetricTarget": "type value:*Quantity averageValue:*Quantity averageUtilization:*int32",
    "autoscalingv2.MetricValueStatus": "value:*Quantity averageValue:*Quantity averageUtilization:*int32",
    "autoscalingv2.ObjectMetricSource": (
        "describedObject:autoscalingv2.CrossVersionObjectReference target:autoscalingv2.MetricTarget "
        "metric:autoscalingv2.MetricIdentifier"
    ),
    "autoscalingv2.ObjectMetricStatus": (
        "metric:autoscalingv2.MetricIdentifier current:autoscalingv2.MetricValueStatus "
        "describedObject:autoscalingv2.CrossVersionObjectReference"
    ),
    "autoscalingv2.PodsMetricSource": (
        "metric:autoscalingv2.MetricIdentifier target:autoscalingv2.MetricTarget"
    ),
    "autoscalingv2.PodsMetricStatus": (
        "metric:autoscalingv2.MetricIdentifier current:autoscalingv2.MetricValueStatus"
    ),
    "autoscalingv2.ResourceMetricSource": "name target:autoscalingv2.MetricTarget",
    "autoscalingv2.ResourceMetricStatus": "name current:autoscalingv2.MetricValueStatus",
    "batchv1.CronJob": (
        "kind apiVersion metadata:ObjectMeta spec:batchv1.CronJobSpec status:batchv1.CronJobStatus"
    ),
    "batchv1.CronJobSpec": (
        "schedule timeZone:*string startingDeadlineSeconds:*int64 concurrencyPolicy suspend:*bool "
        "jobTemplate:batchv1.JobTemplateSpec successfulJobsHistoryLimit:*int32 "
        "failedJobsHistoryLimit:*int32"
    ),
    "batchv1.CronJobStatus": "active:[]ObjectReference lastScheduleTime:*Time lastSuccessfulTime:*Time",
    "batchv1.Job": "kind apiVersion metadata:ObjectMeta spec:batchv1.JobSpec status:batchv1.JobStatus",
    "batchv1.JobCondition": "type status lastProbeTime:Time lastTransitionTime:Time reason message",
    "batchv1.JobSpec": (
        "parallelism:*int32 completions:*int32 activeDeadlineSeconds:*int64 "
        "podFailurePolicy:*batchv1.PodFailurePolicy successPolicy:*batchv1.SuccessPolicy "
        "backoffLimit:*int32 backoffLimitPerIndex:*int32 maxFailedIndexes:*int32 selector:*LabelSelector "
        "manualSelector:*bool template:PodTemplateSpec ttlSecondsAfterFinished:*int32 "
        "completionMode:*string suspend:*bool podReplacementPolicy:*string managedBy:*string"
    ),
    "batchv1.JobStatus": (
        "conditions:[]batchv1.JobCondition@merge/type startTime:*Time completionTime:*Time active:int32 "
        "succeeded:int32 failed:int32 terminating:*int32 completedIndexes failedIndexes:*string "
        "uncountedTerminatedPods:*batchv1.UncountedTerminatedPods ready:*int32"
    ),
    "batchv1.JobTemplateSpec": "metadata:ObjectMeta spec:batchv1.JobSpec",
    "batchv1.PodFailurePolicy": "rules:[]batchv1.PodFailurePolicyRule",
    "batchv1.PodFailurePolicyOnExitCodesRequirement": "containerName:*string operator values:[]int32",
    "batchv1.PodFailurePolicyOnPodConditionsPattern": "type status",
    "batchv1.PodFailurePolicyRule": (
        "action onExitCodes:*batchv1.PodFailurePolicyOnExitCodesRequirement "
        "onPodConditions:[]batchv1.PodFailurePolicyOnPodConditionsPattern"
    ),
    "batchv1.SuccessPolicy": "rules:[]batchv1.SuccessPolicyRule",
    "batchv1.SuccessPolicyRule": "succeededIndexes:*string succeededCount:*int32",
    "batchv1.UncountedTerminatedPods": "succeeded:[]string failed:[]string",
    "coordinationv1.Lease": "kind apiVersion metadata:ObjectMeta spec:coordinationv1.LeaseSpec",
    "coordinationv1.LeaseSpec": (
        "holderIdentity:*string leaseDurationSeconds:*int32 acquireTime:*MicroTime renewTime:*MicroTime "
        "leaseTransitions:*int32 strategy:*string preferredHolder:*string"
    ),
    "discoveryv1.Endpoint": (
        "addresses:[]string conditions:discoveryv1.EndpointConditions hostname:*string "
        "targetRef:*ObjectReference deprecatedTopology:map nodeName:*string zone:*string "
        "hints:*discoveryv1.EndpointHints"
    ),
    "discoveryv1.EndpointConditions": "ready:*bool serving:*bool terminating:*bool",
    "discoveryv1.EndpointHints": "forZones:[]discoveryv1.ForZone forNodes:[]discoveryv1.ForNode",
    "discoveryv1.EndpointPort": "name:*string protocol:*string port:*int32 appProtocol:*string",
    "discoveryv1.EndpointSlice": (
        "kind apiVersion metadata:ObjectMeta addressType endpoints:[]discoveryv1.Endpoint "
        "ports:[]discoveryv1.EndpointPort"
    ),
    "discoveryv1.ForNode": "name",
    "discoveryv1.ForZone": "name",
    "networkingv1.HTTPIngressPath": "path pathType:*string backend:networkingv1.IngressBackend",
    "networkingv1.HTTPIngressRuleValue": "paths:[]networkingv1.HTTPIngressPath",
    "networkingv1.IPBlock": "cidr except:[]string",
    "networkingv1.Ingress": (
        "kind apiVersion metadata:ObjectMeta spec:networkingv1.IngressSpec status:networkingv1.IngressStatus"
    ),
    "networkingv1.IngressBackend": (
        "service:*networkingv1.IngressServiceBackend resource:*TypedLocalObjectReference"
    ),
    "networkingv1.IngressClass": "kind apiVersion metadata:ObjectMeta spec:networkingv1.IngressClassSpec",
    "networkingv1.IngressClassParametersReference": (
        "apiGroup:*string kind name scope:*string namespace:*string"
    ),
    "networkingv1.IngressClassSpec": "controller parameters:*networkingv1.IngressClassParametersReference",
    "networkingv1.IngressLoadBalancerIngress": "ip hostname ports:[]networkingv1.IngressPortStatus",
    "networkingv1.IngressLoadBalancerStatus": "ingress:[]networkingv1.IngressLoadBalancerIngress",
    "networkingv1.IngressPortStatus": "port:int32 protocol error:*string",
    "networkingv1.IngressRule": "host http:*networkingv1.HTTPIngressRuleValue",
    "networkingv1.IngressServiceBackend": "name port:networkingv1.ServiceBackendPort",
    "networkingv1.IngressSpec": (
        "ingressClassName:*string defaultBackend:*networkingv1.IngressBackend tls:[]networkingv1.IngressTLS "
        "rules:[]networkingv1.IngressRule"
    ),
    "networkingv1.IngressStatus": "loadBalancer:networkingv1.IngressLoadBalancerStatus",
    "networkingv1.IngressTLS": "hosts:[]string secretName",
    "networkingv1.NetworkPolicy": "kind apiVersion metadata:ObjectMeta spec:networkingv1.NetworkPolicySpec",
    "networkingv1.NetworkPolicyEgressRule": (
        "ports:[]networkingv1.NetworkPolicyPort to:[]networkingv1.NetworkPolicyPeer"
    ),
    "networkingv1.NetworkPolicyIngressRule": (
        "ports:[]networkingv1.NetworkPolicyPort from:[]networkingv1.NetworkPolicyPeer"
    ),
    "networkingv1.NetworkPolicyPeer": (
        "podSelector:*LabelSelector namespaceSelector:*LabelSelector ipBlock:*networkingv1.IPBlock"
    ),
    "networkingv1.NetworkPolicyPort": "protocol:*string port:*IntOrString endPort:*int32",
    "networkingv1.NetworkPolicySpec": (
        "podSelector:LabelSelector ingress:[]networkingv1.NetworkPolicyIngressRule "
        "egress:[]networkingv1.NetworkPolicyEgressRule policyTypes:[]string"
    ),
    "networkingv1.ServiceBackendPort": "name number:int32",
    "policyv1.PodDisruptionBudget": (
        "kind apiVersion metadata:ObjectMeta spec:policyv1.PodDisruptionBudgetSpec "
        "status:policyv1.PodDisruptionBudgetStatus"
    ),
    "policyv1.PodDisruptionBudgetSpec": (
        "minAvailable:*IntOrString selector:*LabelSelector@replace maxUnavailable:*IntOrString "
        "unhealthyPodEvictionPolicy:*string"
    ),
    "policyv1.PodDisruptionBudgetStatus": (
        "observedGeneration:int64 disruptedPods:map disruptionsAllowed:int32 currentHealthy:int32 "
        "desiredHealthy:int32 expectedPods:int32 conditions:[]Condition@merge/type"
    ),
    "rbacv1.AggregationRule": "clusterRoleSelectors:[]LabelSelector",
    "rbacv1.ClusterRole": (
        "kind apiVersion metadata:ObjectMeta rules:[]rbacv1.PolicyRule "
        "aggregationRule:*rbacv1.AggregationRule"
    ),
    "rbacv1.ClusterRoleBinding": (
        "kind apiVersion metadata:ObjectMeta subjects:[]rbacv1.Subject roleRef:rbacv1.RoleRef"
    ),
    "rbacv1.PolicyRule": (
        "verbs:[]string apiGroups:[]string resources:[]string resourceNames:[]string nonResourceURLs:[]string"
    ),
    "rbacv1.Role": "kind apiVersion metadata:ObjectMeta rules:[]rbacv1.PolicyRule",
    "rbacv1.RoleBinding": (
        "kind apiVersion metadata:ObjectMeta subjects:[]rbacv1.Subject roleRef:rbacv1.RoleRef"
    ),
    "rbacv1.RoleRef": "apiGroup kind name",
    "rbacv1.Subject": "kind apiGroup name namespace",
    "schedulingv1.PriorityClass": (
        "kind apiVersion metadata:ObjectMeta value:int32 globalDefault:bool description "
        "preemptionPolicy:*string"
    ),
    "storagev1.CSINode": "kind apiVersion metadata:ObjectMeta spec:storagev1.CSINodeSpec",
    "storagev1.CSINodeDriver": "name nodeID topologyKeys:[]string allocatable:*storagev1.VolumeNodeResources",
    "storagev1.CSINodeSpec": "drivers:[]storagev1.CSINodeDriver@merge/name",
    "storagev1.StorageClass": (
        "kind apiVersion metadata:ObjectMeta provisioner parameters:map reclaimPolicy:*string "
        "mountOptions:[]string allowVolumeExpansion:*bool volumeBindingMode:*string "
        "allowedTopologies:[]TopologySelectorTerm"
    ),
    "storagev1.VolumeAttachment": (
        "kind apiVersion metadata:ObjectMeta spec:storagev1.VolumeAttachmentSpec "
        "status:storagev1.VolumeAttachmentStatus"
    ),
    "storagev1.VolumeAttachmentSource": "persistentVolumeName:*string inlineVolumeSpec:*PersistentVolumeSpec",
    "storagev1.VolumeAttachmentSpec": "attacher source:storagev1.VolumeAttachmentSource nodeName",
    "storagev1.VolumeAttachmentStatus": (
        "attached:bool attachmentMetadata:map attachError:*storagev1.VolumeError "
        "detachError:*storagev1.VolumeError"
    ),
    "storagev1.VolumeError": "time:Time message errorCode:*int32",
    "storagev1.VolumeNodeResources": "count:*int32",
}
