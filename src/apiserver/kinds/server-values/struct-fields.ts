/**
 * The members of the structs in which a Kubernetes server holds objects, where its messages show them.
 *
 * For each struct its members in order: the name, `=` and the name that the API gives it where that is not the same with a
 * small first letter, `:` and the type where it is not a string. Types: `n` number, `b` boolean, `q` quantity, `i` number or
 * string, `t` time, `y` bytes, `J` a type of the API itself, `M` metadata, else a struct; before them `*` pointer, `[` list,
 * `{` map. Read from k8s.io/kubernetes/pkg/apis/core v1.34.4 by reflection.
 */
export const STRUCT_FIELDS: Readonly<Record<string, string>> = {
  AWSElasticBlockStoreVolumeSource: 'VolumeID FSType=fsType Partition:n ReadOnly:b',
  Affinity: 'NodeAffinity:*NodeAffinity PodAffinity:*PodAffinity PodAntiAffinity:*PodAntiAffinity',
  AppArmorProfile: 'Type LocalhostProfile:*s',
  AzureDiskVolumeSource: 'DiskName DataDiskURI=diskURI CachingMode:*s FSType=fsType:*s ReadOnly:*b Kind:*s',
  AzureFilePersistentVolumeSource: 'SecretName ShareName ReadOnly:b SecretNamespace:*s',
  AzureFileVolumeSource: 'SecretName ShareName ReadOnly:b',
  CSIPersistentVolumeSource:
    'Driver VolumeHandle ReadOnly:b FSType=fsType VolumeAttributes:{s ControllerPublishSecretRef:*SecretReference NodeStageSecretRef:*SecretReference NodePublishSecretRef:*SecretReference ControllerExpandSecretRef:*SecretReference NodeExpandSecretRef:*SecretReference',
  CSIVolumeSource: 'Driver ReadOnly:*b FSType=fsType:*s VolumeAttributes:{s NodePublishSecretRef:*LocalObjectReference',
  Capabilities: 'Add:[s Drop:[s',
  CephFSPersistentVolumeSource: 'Monitors:[s Path User SecretFile SecretRef:*SecretReference ReadOnly:b',
  CephFSVolumeSource: 'Monitors:[s Path User SecretFile SecretRef:*LocalObjectReference ReadOnly:b',
  CinderPersistentVolumeSource: 'VolumeID FSType=fsType ReadOnly:b SecretRef:*SecretReference',
  CinderVolumeSource: 'VolumeID FSType=fsType ReadOnly:b SecretRef:*LocalObjectReference',
  ClusterTrustBundleProjection: 'Name:*s SignerName:*s LabelSelector:*J Optional:*b Path',
  ConfigMapEnvSource: 'Name Optional:*b',
  ConfigMapKeySelector: 'Name Key Optional:*b',
  ConfigMapNodeConfigSource: 'Namespace Name UID=uid ResourceVersion KubeletConfigKey',
  ConfigMapProjection: 'Name Items:[KeyToPath Optional:*b',
  ConfigMapVolumeSource: 'Name Items:[KeyToPath DefaultMode:*n Optional:*b',
  Container:
    'Name Image Command:[s Args:[s WorkingDir Ports:[ContainerPort EnvFrom:[EnvFromSource Env:[EnvVar Resources:ResourceRequirements ResizePolicy:[ContainerResizePolicy RestartPolicy:*s RestartPolicyRules:[ContainerRestartRule VolumeMounts:[VolumeMount VolumeDevices:[VolumeDevice LivenessProbe:*Probe ReadinessProbe:*Probe StartupProbe:*Probe Lifecycle:*Lifecycle TerminationMessagePath TerminationMessagePolicy ImagePullPolicy SecurityContext:*SecurityContext Stdin:b StdinOnce:b TTY=tty:b',
  ContainerPort: 'Name HostPort:n ContainerPort:n Protocol HostIP',
  ContainerResizePolicy: 'ResourceName RestartPolicy',
  ContainerRestartRule: 'Action ExitCodes:*ContainerRestartRuleOnExitCodes',
  ContainerRestartRuleOnExitCodes: 'Operator Values:[n',
  DownwardAPIProjection: 'Items:[DownwardAPIVolumeFile',
  DownwardAPIVolumeFile: 'Path FieldRef:*ObjectFieldSelector ResourceFieldRef:*ResourceFieldSelector Mode:*n',
  DownwardAPIVolumeSource: 'Items:[DownwardAPIVolumeFile DefaultMode:*n',
  EmptyDirVolumeSource: 'Medium SizeLimit:*q',
  EnvFromSource: 'Prefix ConfigMapRef:*ConfigMapEnvSource SecretRef:*SecretEnvSource',
  EnvVar: 'Name Value ValueFrom:*EnvVarSource',
  EnvVarSource:
    'FieldRef:*ObjectFieldSelector ResourceFieldRef:*ResourceFieldSelector ConfigMapKeyRef:*ConfigMapKeySelector SecretKeyRef:*SecretKeySelector FileKeyRef:*FileKeySelector',
  EphemeralContainer:
    'Name Image Command:[s Args:[s WorkingDir Ports:[ContainerPort EnvFrom:[EnvFromSource Env:[EnvVar Resources:ResourceRequirements ResizePolicy:[ContainerResizePolicy RestartPolicy:*s RestartPolicyRules:[ContainerRestartRule VolumeMounts:[VolumeMount VolumeDevices:[VolumeDevice LivenessProbe:*Probe ReadinessProbe:*Probe StartupProbe:*Probe Lifecycle:*Lifecycle TerminationMessagePath TerminationMessagePolicy ImagePullPolicy SecurityContext:*SecurityContext Stdin:b StdinOnce:b TTY=tty:b TargetContainerName',
  EphemeralVolumeSource: 'VolumeClaimTemplate:*PersistentVolumeClaimTemplate',
  ExecAction: 'Command:[s',
  FCVolumeSource: 'TargetWWNs:[s Lun:*n FSType=fsType ReadOnly:b WWIDs=wwids:[s',
  FileKeySelector: 'VolumeName Path Key Optional:*b',
  FlexPersistentVolumeSource: 'Driver FSType=fsType SecretRef:*SecretReference ReadOnly:b Options:{s',
  FlexVolumeSource: 'Driver FSType=fsType SecretRef:*LocalObjectReference ReadOnly:b Options:{s',
  FlockerVolumeSource: 'DatasetName DatasetUUID',
  GCEPersistentDiskVolumeSource: 'PDName=pdName FSType=fsType Partition:n ReadOnly:b',
  GRPCAction: 'Port:n Service:*s',
  GitRepoVolumeSource: 'Repository Revision Directory',
  GlusterfsPersistentVolumeSource: 'EndpointsName=endpoints Path ReadOnly:b EndpointsNamespace:*s',
  GlusterfsVolumeSource: 'EndpointsName=endpoints Path ReadOnly:b',
  HTTPGetAction: 'Path Port:i Host Scheme HTTPHeaders=httpHeaders:[HTTPHeader',
  HTTPHeader: 'Name Value',
  HostAlias: 'IP=ip Hostnames:[s',
  HostIP: 'IP=ip',
  HostPathVolumeSource: 'Path Type:*s',
  ISCSIPersistentVolumeSource:
    'TargetPortal IQN=iqn Lun:n ISCSIInterface=iscsiInterface FSType=fsType ReadOnly:b Portals:[s DiscoveryCHAPAuth=chapAuthDiscovery:b SessionCHAPAuth=chapAuthSession:b SecretRef:*SecretReference InitiatorName:*s',
  ISCSIVolumeSource:
    'TargetPortal IQN=iqn Lun:n ISCSIInterface=iscsiInterface FSType=fsType ReadOnly:b Portals:[s DiscoveryCHAPAuth=chapAuthDiscovery:b SessionCHAPAuth=chapAuthSession:b SecretRef:*LocalObjectReference InitiatorName:*s',
  ImageVolumeSource: 'Reference PullPolicy',
  KeyToPath: 'Key Path Mode:*n',
  Lifecycle: 'PostStart:*LifecycleHandler PreStop:*LifecycleHandler StopSignal:*s',
  LifecycleHandler:
    'Exec:*ExecAction HTTPGet=httpGet:*HTTPGetAction TCPSocket=tcpSocket:*TCPSocketAction Sleep:*SleepAction',
  LocalObjectReference: 'Name',
  LocalVolumeSource: 'Path FSType=fsType:*s',
  NFSVolumeSource: 'Server Path ReadOnly:b',
  NodeAddress: 'Type Address',
  NodeAffinity:
    'RequiredDuringSchedulingIgnoredDuringExecution:*NodeSelector PreferredDuringSchedulingIgnoredDuringExecution:[PreferredSchedulingTerm',
  NodeConfigSource: 'ConfigMap:*ConfigMapNodeConfigSource',
  NodeSelector: 'NodeSelectorTerms:[NodeSelectorTerm',
  NodeSelectorRequirement: 'Key Operator Values:[s',
  NodeSelectorTerm: 'MatchExpressions:[NodeSelectorRequirement MatchFields:[NodeSelectorRequirement',
  ObjectFieldSelector: 'APIVersion=apiVersion FieldPath',
  ObjectReference: 'Kind Namespace Name UID=uid APIVersion=apiVersion ResourceVersion FieldPath',
  PersistentVolumeClaimSpec:
    'AccessModes:[s Selector:*J Resources:VolumeResourceRequirements VolumeName StorageClassName:*s VolumeMode:*s DataSource:*TypedLocalObjectReference DataSourceRef:*TypedObjectReference VolumeAttributesClassName:*s',
  PersistentVolumeClaimTemplate: 'ObjectMeta=metadata:M Spec:PersistentVolumeClaimSpec',
  PersistentVolumeClaimVolumeSource: 'ClaimName ReadOnly:b',
  PersistentVolumeSource:
    'GCEPersistentDisk=gcePersistentDisk:*GCEPersistentDiskVolumeSource AWSElasticBlockStore=awsElasticBlockStore:*AWSElasticBlockStoreVolumeSource HostPath:*HostPathVolumeSource Glusterfs:*GlusterfsPersistentVolumeSource NFS=nfs:*NFSVolumeSource RBD=rbd:*RBDPersistentVolumeSource Quobyte:*QuobyteVolumeSource ISCSI=iscsi:*ISCSIPersistentVolumeSource FlexVolume:*FlexPersistentVolumeSource Cinder:*CinderPersistentVolumeSource CephFS=cephfs:*CephFSPersistentVolumeSource FC=fc:*FCVolumeSource Flocker:*FlockerVolumeSource AzureFile:*AzureFilePersistentVolumeSource VsphereVolume:*VsphereVirtualDiskVolumeSource AzureDisk:*AzureDiskVolumeSource PhotonPersistentDisk:*PhotonPersistentDiskVolumeSource PortworxVolume:*PortworxVolumeSource ScaleIO:*ScaleIOPersistentVolumeSource Local:*LocalVolumeSource StorageOS=storageos:*StorageOSPersistentVolumeSource CSI=csi:*CSIPersistentVolumeSource',
  PhotonPersistentDiskVolumeSource: 'PdID FSType=fsType',
  PodAffinity:
    'RequiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm PreferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm',
  PodAffinityTerm:
    'LabelSelector:*J Namespaces:[s TopologyKey NamespaceSelector:*J MatchLabelKeys:[s MismatchLabelKeys:[s',
  PodAntiAffinity:
    'RequiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm PreferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm',
  PodCertificateProjection:
    'SignerName KeyType MaxExpirationSeconds:*n CredentialBundlePath KeyPath CertificateChainPath',
  PodDNSConfig: 'Nameservers:[s Searches:[s Options:[PodDNSConfigOption',
  PodDNSConfigOption: 'Name Value:*s',
  PodIP: 'IP=ip',
  PodOS: 'Name',
  PodReadinessGate: 'ConditionType',
  PodResourceClaim: 'Name ResourceClaimName:*s ResourceClaimTemplateName:*s',
  PodSchedulingGate: 'Name',
  PodSecurityContext:
    'HostNetwork:b HostPID:b HostIPC:b ShareProcessNamespace:*b HostUsers:*b SELinuxOptions=seLinuxOptions:*SELinuxOptions WindowsOptions:*WindowsSecurityContextOptions RunAsUser:*n RunAsGroup:*n RunAsNonRoot:*b SupplementalGroups:[n SupplementalGroupsPolicy:*s FSGroup=fsGroup:*n FSGroupChangePolicy=fsGroupChangePolicy:*s Sysctls:[Sysctl SeccompProfile:*SeccompProfile AppArmorProfile:*AppArmorProfile SELinuxChangePolicy=seLinuxChangePolicy:*s',
  PodSpec:
    'Volumes:[Volume InitContainers:[Container Containers:[Container EphemeralContainers:[EphemeralContainer RestartPolicy TerminationGracePeriodSeconds:*n ActiveDeadlineSeconds:*n DNSPolicy=dnsPolicy NodeSelector:{s ServiceAccountName AutomountServiceAccountToken:*b NodeName SecurityContext:*PodSecurityContext ImagePullSecrets:[LocalObjectReference Hostname Subdomain SetHostnameAsFQDN:*b Affinity:*Affinity SchedulerName Tolerations:[Toleration HostAliases:[HostAlias PriorityClassName Priority:*n PreemptionPolicy:*s DNSConfig=dnsConfig:*PodDNSConfig ReadinessGates:[PodReadinessGate RuntimeClassName:*s Overhead:{q EnableServiceLinks:*b TopologySpreadConstraints:[TopologySpreadConstraint OS=os:*PodOS SchedulingGates:[PodSchedulingGate ResourceClaims:[PodResourceClaim Resources:*ResourceRequirements HostnameOverride:*s',
  PortworxVolumeSource: 'VolumeID FSType=fsType ReadOnly:b',
  PreferredSchedulingTerm: 'Weight:n Preference:NodeSelectorTerm',
  Probe:
    'Exec:*ExecAction HTTPGet=httpGet:*HTTPGetAction TCPSocket=tcpSocket:*TCPSocketAction GRPC=grpc:*GRPCAction InitialDelaySeconds:n TimeoutSeconds:n PeriodSeconds:n SuccessThreshold:n FailureThreshold:n TerminationGracePeriodSeconds:*n',
  ProjectedVolumeSource: 'Sources:[VolumeProjection DefaultMode:*n',
  QuobyteVolumeSource: 'Registry Volume ReadOnly:b User Group Tenant',
  RBDPersistentVolumeSource:
    'CephMonitors=monitors:[s RBDImage=image FSType=fsType RBDPool=pool RadosUser=user Keyring SecretRef:*SecretReference ReadOnly:b',
  RBDVolumeSource:
    'CephMonitors=monitors:[s RBDImage=image FSType=fsType RBDPool=pool RadosUser=user Keyring SecretRef:*LocalObjectReference ReadOnly:b',
  ResourceClaim: 'Name Request',
  ResourceFieldSelector: 'ContainerName Resource Divisor:q',
  ResourceRequirements: 'Limits:{q Requests:{q Claims:[ResourceClaim',
  SELinuxOptions: 'User Role Type Level',
  ScaleIOPersistentVolumeSource:
    'Gateway System SecretRef:*SecretReference SSLEnabled=sslEnabled:b ProtectionDomain StoragePool StorageMode VolumeName FSType=fsType ReadOnly:b',
  ScaleIOVolumeSource:
    'Gateway System SecretRef:*LocalObjectReference SSLEnabled=sslEnabled:b ProtectionDomain StoragePool StorageMode VolumeName FSType=fsType ReadOnly:b',
  ScopeSelector: 'MatchExpressions:[ScopedResourceSelectorRequirement',
  ScopedResourceSelectorRequirement: 'ScopeName Operator Values:[s',
  SeccompProfile: 'Type LocalhostProfile:*s',
  SecretEnvSource: 'Name Optional:*b',
  SecretKeySelector: 'Name Key Optional:*b',
  SecretProjection: 'Name Items:[KeyToPath Optional:*b',
  SecretReference: 'Name Namespace',
  SecretVolumeSource: 'SecretName Items:[KeyToPath DefaultMode:*n Optional:*b',
  SecurityContext:
    'Capabilities:*Capabilities Privileged:*b SELinuxOptions=seLinuxOptions:*SELinuxOptions WindowsOptions:*WindowsSecurityContextOptions RunAsUser:*n RunAsGroup:*n RunAsNonRoot:*b ReadOnlyRootFilesystem:*b AllowPrivilegeEscalation:*b ProcMount:*s SeccompProfile:*SeccompProfile AppArmorProfile:*AppArmorProfile',
  ServiceAccountTokenProjection: 'Audience ExpirationSeconds:n Path',
  ServicePort: 'Name Protocol AppProtocol:*s Port:n TargetPort:i NodePort:n',
  SleepAction: 'Seconds:n',
  StorageOSPersistentVolumeSource: 'VolumeName VolumeNamespace FSType=fsType ReadOnly:b SecretRef:*ObjectReference',
  StorageOSVolumeSource: 'VolumeName VolumeNamespace FSType=fsType ReadOnly:b SecretRef:*LocalObjectReference',
  Sysctl: 'Name Value',
  TCPSocketAction: 'Port:i Host',
  Taint: 'Key Value Effect TimeAdded:*t',
  Toleration: 'Key Operator Value Effect TolerationSeconds:*n',
  TopologySpreadConstraint:
    'MaxSkew:n TopologyKey WhenUnsatisfiable LabelSelector:*J MinDomains:*n NodeAffinityPolicy:*s NodeTaintsPolicy:*s MatchLabelKeys:[s',
  TypedLocalObjectReference: 'APIGroup=apiGroup:*s Kind Name',
  TypedObjectReference: 'APIGroup=apiGroup:*s Kind Name Namespace:*s',
  Volume:
    'Name HostPath:*HostPathVolumeSource EmptyDir:*EmptyDirVolumeSource GCEPersistentDisk=gcePersistentDisk:*GCEPersistentDiskVolumeSource AWSElasticBlockStore=awsElasticBlockStore:*AWSElasticBlockStoreVolumeSource GitRepo:*GitRepoVolumeSource Secret:*SecretVolumeSource NFS=nfs:*NFSVolumeSource ISCSI=iscsi:*ISCSIVolumeSource Glusterfs:*GlusterfsVolumeSource PersistentVolumeClaim:*PersistentVolumeClaimVolumeSource RBD=rbd:*RBDVolumeSource Quobyte:*QuobyteVolumeSource FlexVolume:*FlexVolumeSource Cinder:*CinderVolumeSource CephFS=cephfs:*CephFSVolumeSource Flocker:*FlockerVolumeSource DownwardAPI:*DownwardAPIVolumeSource FC=fc:*FCVolumeSource AzureFile:*AzureFileVolumeSource ConfigMap:*ConfigMapVolumeSource VsphereVolume:*VsphereVirtualDiskVolumeSource AzureDisk:*AzureDiskVolumeSource PhotonPersistentDisk:*PhotonPersistentDiskVolumeSource Projected:*ProjectedVolumeSource PortworxVolume:*PortworxVolumeSource ScaleIO:*ScaleIOVolumeSource StorageOS=storageos:*StorageOSVolumeSource CSI=csi:*CSIVolumeSource Ephemeral:*EphemeralVolumeSource Image:*ImageVolumeSource',
  VolumeDevice: 'Name DevicePath',
  VolumeMount: 'Name ReadOnly:b RecursiveReadOnly:*s MountPath SubPath MountPropagation:*s SubPathExpr',
  VolumeNodeAffinity: 'Required:*NodeSelector',
  VolumeProjection:
    'Secret:*SecretProjection DownwardAPI:*DownwardAPIProjection ConfigMap:*ConfigMapProjection ServiceAccountToken:*ServiceAccountTokenProjection ClusterTrustBundle:*ClusterTrustBundleProjection PodCertificate:*PodCertificateProjection',
  VolumeResourceRequirements: 'Limits:{q Requests:{q',
  VsphereVirtualDiskVolumeSource: 'VolumePath FSType=fsType StoragePolicyName StoragePolicyID',
  WeightedPodAffinityTerm: 'Weight:n PodAffinityTerm:PodAffinityTerm',
  WindowsSecurityContextOptions:
    'GMSACredentialSpecName=gmsaCredentialSpecName:*s GMSACredentialSpec=gmsaCredentialSpec:*s RunAsUserName:*s HostProcess:*b',
};
