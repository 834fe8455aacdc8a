/**
 * One environment, whatever API asked for it. Front ends write it, constructs read it, and neither sees the other.
 *
 * Values are in Kubernetes' own shapes where Kubernetes has one (`env`, `resources`, probes). Virtual machines and remote
 * sessions are further members of `Workload`.
 */
import type { EnvironmentAccessSpec } from '../access/environment-access';
import type { GateSpec } from '../access/gate';
import type { JsonObject } from '../api/json';

export interface EnvironmentModel {
  readonly name: string;
  readonly namespace: string;
  readonly displayName?: string;
  /** False: workloads are scaled to nothing, volumes stay. */
  readonly running: boolean;
  readonly workloads: readonly Workload[];
  readonly secrets: readonly SecretModel[];
  readonly files: readonly ConfigFileModel[];
  readonly network: NetworkModel;
  readonly access: AccessModel;
  /** Absent: reached inside the cluster only. */
  readonly entry?: EntryModel;
  readonly placement: PlacementModel;
  readonly security: SecurityModel;
  readonly imagePullSecrets: readonly string[];
  /** On the finished objects, in order, by whoever wrote the object. Default none. */
  readonly patches?: readonly PatchModel[];
}

/** A patch on the finished objects, which it finds under keys such as `statefulset`: RFC 6902 or RFC 7386. */
export interface PatchModel {
  readonly type?: 'application/json-patch+json' | 'application/merge-patch+json';
  /** JSON. */
  readonly patch?: unknown;
}

export type Workload = ContainerWorkload;

export interface ContainerWorkload {
  readonly type: 'container';
  readonly name: string;
  readonly app: ContainerModel;
  /** In order, before the app: each sees the home volume. */
  readonly init: readonly ContainerModel[];
  readonly sidecars: readonly ContainerModel[];
  readonly volumes: readonly VolumeModel[];
  /** The port, by its name in `app.ports`, that the Service and the entry lead to. */
  readonly webPort?: string;
  /** Where the app listens with it. AllInterfaces: it could be reached around a sidecar. Default AllInterfaces. */
  readonly webListens?: 'Loopback' | 'AllInterfaces';
  /** SafeMethods: the app can be looked at by GET and HEAD, without websockets. Default None. */
  readonly webView?: 'SafeMethods' | 'None';
  readonly terminationGracePeriodSeconds?: number;
}

export interface ContainerModel {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  /** core/v1 EnvVar. */
  readonly env: readonly JsonObject[];
  /** core/v1 EnvFromSource. */
  readonly envFrom?: readonly JsonObject[];
  readonly ports: readonly PortModel[];
  /** core/v1 ResourceRequirements. */
  readonly resources?: JsonObject;
  readonly probes?: ProbesModel;
  readonly mounts: readonly MountModel[];
  /** Added to what Pod Security asks for. */
  readonly securityContext?: JsonObject;
}

export interface PortModel {
  readonly name: string;
  readonly port: number;
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
}

/** core/v1 Probe each. */
export interface ProbesModel {
  readonly startup?: JsonObject;
  readonly ready?: JsonObject;
  readonly live?: JsonObject;
}

export interface MountModel {
  /** Name of a volume of the workload. */
  readonly volume: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly?: boolean;
}

export type VolumeModel =
  | { readonly type: 'claim'; readonly name: string; readonly claim: ClaimModel }
  /** Lives and dies with the pod. */
  | { readonly type: 'scratch'; readonly name: string; readonly sizeLimit?: string; readonly medium?: 'Memory' }
  | { readonly type: 'files'; readonly name: string }
  | {
      readonly type: 'secret';
      readonly name: string;
      readonly secretName: string;
      readonly items?: readonly JsonObject[];
    }
  /** A core/v1 Volume without its name, checked by Pod Security. */
  | { readonly type: 'raw'; readonly name: string; readonly source: JsonObject };

export interface ClaimModel {
  /** Absent: the claim is made, under the layout's name. Present: somebody else's, mounted only. */
  readonly existing?: string;
  readonly size?: string;
  readonly accessModes: readonly string[];
  readonly storageClassName?: string;
  /** Retain: deleting the environment keeps the claim. */
  readonly reclaim: 'Retain' | 'Delete';
}

/** A Secret of the environment: given values, or values made once. Exactly one of `data` and `generate`. */
export interface SecretModel {
  /** Key into `Layout.names.secrets`. */
  readonly id: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly generate?: Readonly<Record<string, { readonly bytes: number; readonly encoding: 'hex' | 'base64url' }>>;
}

/** A text file, kept in the environment's ConfigMap and mounted through a volume of type `files`. */
export interface ConfigFileModel {
  readonly name: string;
  readonly content: string;
}

export interface NetworkModel {
  /** Who reaches the port that the entry leads to, as peers like the others. Absent: every namespace of the cluster, since where the entry's controller runs isn't known. */
  readonly entryFrom?: readonly JsonObject[];
  /** networking.k8s.io/v1 NetworkPolicyPeer each, beside the entry. */
  readonly ingressFrom: readonly JsonObject[];
  readonly egressTo: readonly JsonObject[];
}

/** Who gets in. */
export type AccessModel =
  /** The app is its own guard, and nothing stands before it. */
  | { readonly mode: 'Open' }
  /** Nobody gets in, and no pod runs: what asks for a sign-in can't be put before the app. */
  | { readonly mode: 'Closed'; readonly reason: ClosedReason; readonly message: string }
  /** A sidecar stands before the app, and asks the gate what becomes of each request. */
  | { readonly mode: 'Gate'; readonly gate: GateModel; readonly rules: AccessRules };

/** Why no pod runs; a closed set. */
export type ClosedReason = 'AccessLayerMissing' | 'EntryMissing' | 'BypassPossible';

/** Where the gate is, and what sidecars are made of. */
export type GateModel = Pick<GateSpec, 'service' | 'sidecar'>;

/** What the gate decides by. With `closed` nobody gets in, and what runs goes on running. */
export type AccessRules = Pick<EnvironmentAccessSpec, 'closed' | 'authenticate' | 'authorize' | 'cookies' | 'envoy'>;

export interface EntryModel {
  readonly host: string;
  /** Starts with a slash, and ends with one only where it is `/`. */
  readonly path: string;
  /** Strip: the app is asked without the path prefix. */
  readonly basePath: 'Keep' | 'Strip';
  readonly ingressClassName?: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly tls?: { readonly secretName?: string };
  /** The Gateway that leads here, instead of an Ingress. */
  readonly gateway?: { readonly name: string; readonly namespace?: string; readonly sectionName?: string };
}

export interface PlacementModel {
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly JsonObject[];
  readonly affinity?: JsonObject;
  readonly priorityClassName?: string;
  readonly runtimeClassName?: string;
}

export interface SecurityModel {
  /** Pod Security level that the pod is held to. Anything below Restricted has a reason, from an administrator's template. */
  readonly level: 'Restricted' | 'Baseline' | 'Privileged';
  readonly reason?: string;
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly fsGroup?: number;
}
