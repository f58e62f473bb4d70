"""The fields of the core group's other kinds and of object metadata, with their merge strategies.

One entry per struct: its JSON fields in Go's order, each `name:type@strategies/mergeKey`, a string's type
left out. Facts read from k8s.io/api and k8s.io/apimachinery v0.36.3 (Apache-2.0); patch_schema says how they
are read. Left out: nothing of these structs.
"""

from collections.abc import Mapping
from typing import Final

CORE_FIELDS: Final[Mapping[str, str]] = {
    "AttachedVolume": "name devicePath",
    "AzureFilePersistentVolumeSource": "secretName shareName readOnly:bool secretNamespace:*string",
    "CSIPersistentVolumeSource": (
        "driver volumeHandle readOnly:bool fsType volumeAttributes:map "
        "controllerPublishSecretRef:*SecretReference nodeStageSecretRef:*SecretReference "
        "nodePublishSecretRef:*SecretReference controllerExpandSecretRef:*SecretReference "
        "nodeExpandSecretRef:*SecretReference"
    ),
    "CephFSPersistentVolumeSource": (
        "monitors:[]string path user secretFile secretRef:*SecretReference readOnly:bool"
    ),
    "CinderPersistentVolumeSource": "volumeID fsType readOnly:bool secretRef:*SecretReference",
    "ClientIPConfig": "timeoutSeconds:*int32",
    "Condition": "type status observedGeneration:int64 lastTransitionTime:Time reason message",
    "ConfigMap": "kind apiVersion metadata:ObjectMeta immutable:*bool data:map binaryData:map",
    "ConfigMapNodeConfigSource": "namespace name uid resourceVersion kubeletConfigKey",
    "ContainerExtendedResourceRequest": "containerName resourceName requestName",
    "ContainerImage": "names:[]string sizeBytes:int64",
    "ContainerState": (
        "waiting:*ContainerStateWaiting running:*ContainerStateRunning terminated:*ContainerStateTerminated"
    ),
    "ContainerStateRunning": "startedAt:Time",
    "ContainerStateTerminated": (
        "exitCode:int32 signal:int32 reason message startedAt:Time finishedAt:Time containerID"
    ),
    "ContainerStateWaiting": "reason message",
    "ContainerStatus": (
        "name state:ContainerState lastState:ContainerState ready:bool restartCount:int32 image imageID "
        "containerID started:*bool allocatedResources:map resources:*ResourceRequirements "
        "volumeMounts:[]VolumeMountStatus@merge/mountPath user:*ContainerUser "
        "allocatedResourcesStatus:[]ResourceStatus@merge/name stopSignal:*string"
    ),
    "ContainerUser": "linux:*LinuxContainerUser",
    "DaemonEndpoint": "Port:int32",
    "EndpointAddress": "ip hostname nodeName:*string targetRef:*ObjectReference",
    "EndpointPort": "name port:int32 protocol appProtocol:*string",
    "EndpointSubset": "addresses:[]EndpointAddress notReadyAddresses:[]EndpointAddress ports:[]EndpointPort",
    "Endpoints": "kind apiVersion metadata:ObjectMeta subsets:[]EndpointSubset",
    "Event": (
        "kind apiVersion metadata:ObjectMeta involvedObject:ObjectReference reason message "
        "source:EventSource firstTimestamp:Time lastTimestamp:Time count:int32 type eventTime:MicroTime "
        "series:*EventSeries action related:*ObjectReference reportingComponent reportingInstance"
    ),
    "EventSeries": "count:int32 lastObservedTime:MicroTime",
    "EventSource": "component host",
    "FlexPersistentVolumeSource": "driver fsType secretRef:*SecretReference readOnly:bool options:map",
    "GlusterfsPersistentVolumeSource": "endpoints path readOnly:bool endpointsNamespace:*string",
    "HostIP": "ip",
    "ISCSIPersistentVolumeSource": (
        "targetPortal iqn lun:int32 iscsiInterface fsType readOnly:bool portals:[]string "
        "chapAuthDiscovery:bool chapAuthSession:bool secretRef:*SecretReference initiatorName:*string"
    ),
    "ImageVolumeStatus": "imageRef",
    "LimitRange": "kind apiVersion metadata:ObjectMeta spec:LimitRangeSpec",
    "LimitRangeItem": "type max:map min:map default:map defaultRequest:map maxLimitRequestRatio:map",
    "LimitRangeSpec": "limits:[]LimitRangeItem",
    "LinuxContainerUser": "uid:int64 gid:int64 supplementalGroups:[]int64",
    "LoadBalancerIngress": "ip hostname ipMode:*string ports:[]PortStatus",
    "LoadBalancerStatus": "ingress:[]LoadBalancerIngress",
    "LocalVolumeSource": "path fsType:*string",
    "MicroTime": "",
    "ModifyVolumeStatus": "targetVolumeAttributesClassName status",
    "Namespace": "kind apiVersion metadata:ObjectMeta spec:NamespaceSpec status:NamespaceStatus",
    "NamespaceCondition": "type status lastTransitionTime:Time reason message",
    "NamespaceSpec": "finalizers:[]string",
    "NamespaceStatus": "phase conditions:[]NamespaceCondition@merge/type",
    "Node": "kind apiVersion metadata:ObjectMeta spec:NodeSpec status:NodeStatus",
    "NodeAddress": "type address",
    "NodeAllocatableResourceClaimStatus": "resourceClaimName containers:[]string resources:map",
    "NodeCondition": "type status lastHeartbeatTime:Time lastTransitionTime:Time reason message",
    "NodeConfigSource": "configMap:*ConfigMapNodeConfigSource",
    "NodeConfigStatus": (
        "assigned:*NodeConfigSource active:*NodeConfigSource lastKnownGood:*NodeConfigSource error"
    ),
    "NodeDaemonEndpoints": "kubeletEndpoint:DaemonEndpoint",
    "NodeFeatures": "supplementalGroupsPolicy:*bool",
    "NodeRuntimeHandler": "name features:*NodeRuntimeHandlerFeatures",
    "NodeRuntimeHandlerFeatures": "recursiveReadOnlyMounts:*bool userNamespaces:*bool",
    "NodeSpec": (
        "podCIDR podCIDRs:[]string@merge providerID unschedulable:bool taints:[]Taint "
        "configSource:*NodeConfigSource externalID"
    ),
    "NodeStatus": (
        "capacity:map allocatable:map phase conditions:[]NodeCondition@merge/type "
        "addresses:[]NodeAddress@merge/type daemonEndpoints:NodeDaemonEndpoints nodeInfo:NodeSystemInfo "
        "images:[]ContainerImage volumesInUse:[]string volumesAttached:[]AttachedVolume "
        "config:*NodeConfigStatus runtimeHandlers:[]NodeRuntimeHandler features:*NodeFeatures "
        "declaredFeatures:[]string"
    ),
    "NodeSwapStatus": "capacity:*int64",
    "NodeSystemInfo": (
        "machineID systemUUID bootID kernelVersion osImage containerRuntimeVersion kubeletVersion "
        "kubeProxyVersion operatingSystem architecture swap:*NodeSwapStatus"
    ),
    "ObjectReference": "kind namespace name uid apiVersion resourceVersion fieldPath",
    "PersistentVolume": (
        "kind apiVersion metadata:ObjectMeta spec:PersistentVolumeSpec status:PersistentVolumeStatus"
    ),
    "PersistentVolumeClaim": (
        "kind apiVersion metadata:ObjectMeta spec:PersistentVolumeClaimSpec "
        "status:PersistentVolumeClaimStatus"
    ),
    "PersistentVolumeClaimCondition": "type status lastProbeTime:Time lastTransitionTime:Time reason message",
    "PersistentVolumeClaimStatus": (
        "phase accessModes:[]string capacity:map conditions:[]PersistentVolumeClaimCondition@merge/type "
        "allocatedResources:map allocatedResourceStatuses:map currentVolumeAttributesClassName:*string "
        "modifyVolumeStatus:*ModifyVolumeStatus"
    ),
    "PersistentVolumeSpec": (
        "capacity:map gcePersistentDisk:*GCEPersistentDiskVolumeSource "
        "awsElasticBlockStore:*AWSElasticBlockStoreVolumeSource hostPath:*HostPathVolumeSource "
        "glusterfs:*GlusterfsPersistentVolumeSource nfs:*NFSVolumeSource rbd:*RBDPersistentVolumeSource "
        "iscsi:*ISCSIPersistentVolumeSource cinder:*CinderPersistentVolumeSource "
        "cephfs:*CephFSPersistentVolumeSource fc:*FCVolumeSource flocker:*FlockerVolumeSource "
        "flexVolume:*FlexPersistentVolumeSource azureFile:*AzureFilePersistentVolumeSource "
        "vsphereVolume:*VsphereVirtualDiskVolumeSource quobyte:*QuobyteVolumeSource "
        "azureDisk:*AzureDiskVolumeSource photonPersistentDisk:*PhotonPersistentDiskVolumeSource "
        "portworxVolume:*PortworxVolumeSource scaleIO:*ScaleIOPersistentVolumeSource "
        "local:*LocalVolumeSource storageos:*StorageOSPersistentVolumeSource csi:*CSIPersistentVolumeSource "
        "accessModes:[]string claimRef:*ObjectReference persistentVolumeReclaimPolicy storageClassName "
        "mountOptions:[]string volumeMode:*string nodeAffinity:*VolumeNodeAffinity "
        "volumeAttributesClassName:*string"
    ),
    "PersistentVolumeStatus": "phase message reason lastPhaseTransitionTime:*Time",
    "Pod": "kind apiVersion metadata:ObjectMeta spec:PodSpec status:PodStatus",
    "PodCondition": (
        "type observedGeneration:int64 status lastProbeTime:Time lastTransitionTime:Time reason message"
    ),
    "PodExtendedResourceClaimStatus": "requestMappings:[]ContainerExtendedResourceRequest resourceClaimName",
    "PodIP": "ip",
    "PodResourceClaimStatus": "name resourceClaimName:*string",
    "PodStatus": (
        "observedGeneration:int64 phase conditions:[]PodCondition@merge/type message reason "
        "nominatedNodeName hostIP hostIPs:[]HostIP@merge/ip podIP podIPs:[]PodIP@merge/ip startTime:*Time "
        "initContainerStatuses:[]ContainerStatus containerStatuses:[]ContainerStatus qosClass "
        "ephemeralContainerStatuses:[]ContainerStatus resize "
        "resourceClaimStatuses:[]PodResourceClaimStatus@merge,retainKeys/name "
        "extendedResourceClaimStatus:*PodExtendedResourceClaimStatus allocatedResources:map "
        "resources:*ResourceRequirements "
        "nodeAllocatableResourceClaimStatuses:[]NodeAllocatableResourceClaimStatus"
    ),
    "PodTemplate": "kind apiVersion metadata:ObjectMeta template:PodTemplateSpec",
    "PortStatus": "port:int32 protocol error:*string",
    "RBDPersistentVolumeSource": (
        "monitors:[]string image fsType pool user keyring secretRef:*SecretReference readOnly:bool"
    ),
    "RawExtension": "",
    "ReplicationController": (
        "kind apiVersion metadata:ObjectMeta spec:ReplicationControllerSpec "
        "status:ReplicationControllerStatus"
    ),
    "ReplicationControllerCondition": "type status lastTransitionTime:Time reason message",
    "ReplicationControllerSpec": (
        "replicas:*int32 minReadySeconds:int32 selector:map template:*PodTemplateSpec"
    ),
    "ReplicationControllerStatus": (
        "replicas:int32 fullyLabeledReplicas:int32 readyReplicas:int32 availableReplicas:int32 "
        "observedGeneration:int64 conditions:[]ReplicationControllerCondition@merge/type"
    ),
    "ResourceHealth": "resourceID health message:*string",
    "ResourceQuota": "kind apiVersion metadata:ObjectMeta spec:ResourceQuotaSpec status:ResourceQuotaStatus",
    "ResourceQuotaSpec": "hard:map scopes:[]string scopeSelector:*ScopeSelector",
    "ResourceQuotaStatus": "hard:map used:map",
    "ResourceStatus": "name resources:[]ResourceHealth",
    "ScaleIOPersistentVolumeSource": (
        "gateway system secretRef:*SecretReference sslEnabled:bool protectionDomain storagePool storageMode "
        "volumeName fsType readOnly:bool"
    ),
    "ScopeSelector": "matchExpressions:[]ScopedResourceSelectorRequirement",
    "ScopedResourceSelectorRequirement": "scopeName operator values:[]string",
    "Secret": "kind apiVersion metadata:ObjectMeta immutable:*bool data:map stringData:map type",
    "SecretReference": "name namespace",
    "Service": "kind apiVersion metadata:ObjectMeta spec:ServiceSpec status:ServiceStatus",
    "ServiceAccount": (
        "kind apiVersion metadata:ObjectMeta secrets:[]ObjectReference@merge/name "
        "imagePullSecrets:[]LocalObjectReference automountServiceAccountToken:*bool"
    ),
    "ServicePort": "name protocol appProtocol:*string port:int32 targetPort:IntOrString nodePort:int32",
    "ServiceSpec": (
        "ports:[]ServicePort@merge/port selector:map clusterIP clusterIPs:[]string type "
        "externalIPs:[]string sessionAffinity loadBalancerIP loadBalancerSourceRanges:[]string externalName "
        "externalTrafficPolicy healthCheckNodePort:int32 publishNotReadyAddresses:bool "
        "sessionAffinityConfig:*SessionAffinityConfig ipFamilies:[]string ipFamilyPolicy:*string "
        "allocateLoadBalancerNodePorts:*bool loadBalancerClass:*string internalTrafficPolicy:*string "
        "trafficDistribution:*string"
    ),
    "ServiceStatus": "loadBalancer:LoadBalancerStatus conditions:[]Condition@merge/type",
    "SessionAffinityConfig": "clientIP:*ClientIPConfig",
    "StorageOSPersistentVolumeSource": (
        "volumeName volumeNamespace fsType readOnly:bool secretRef:*ObjectReference"
    ),
    "Taint": "key value effect timeAdded:*Time",
    "VolumeMountStatus": "name mountPath readOnly:bool recursiveReadOnly:*string volumeStatus:*VolumeStatus",
    "VolumeNodeAffinity": "required:*NodeSelector",
    "VolumeStatus": "image:*ImageVolumeStatus",
}
